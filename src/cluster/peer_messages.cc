#include "cluster/peer_messages.h"

#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>

#include "cluster/peer_decode.h"
#include "model/item.h"

namespace playhead::cluster {
namespace {

using protozero::pbf_reader;
using protozero::pbf_writer;

bool read_row(pbf_reader in, store::Rows& rows, std::string& last_key) {
  std::string_view key, item;
  while (in.next()) {
    switch (in.tag()) {
      case 1: key = bytes(in); break;
      case 2: item = bytes(in); break;
      default: in.skip();
    }
  }
  if ((!rows.empty() && key <= last_key) || !model::valid_item(item)) return false;
  last_key = key;
  rows.append(key, item);
  return true;
}

}  // namespace

std::string encode_query(const store::Query& query) {
  std::string message;
  pbf_writer out(message);
  out.add_string(1, query.user);
  if (query.row_prefix) out.add_bytes(2, *query.row_prefix);
  out.add_bool(3, query.exact);
  return message;
}

Result<store::Query> decode_query(std::string_view message) {
  return decode<store::Query>("query", [&](store::Query& query) {
    pbf_reader in(message.data(), message.size());
    while (in.next()) {
      switch (in.tag()) {
        case 1: query.user = text(in); break;
        case 2: query.row_prefix = text(in); break;
        case 3: query.exact = in.get_bool(); break;
        default: in.skip();
      }
    }
    return !query.user.empty();
  });
}

std::string encode_rows(const apply::UserRows& rows) {
  std::string message;
  pbf_writer out(message);
  for (const auto& row : rows.rows()) {
    pbf_writer one(out, 1);
    one.add_bytes(1, row.row_key.data(), row.row_key.size());
    one.add_bytes(2, row.item.data(), row.item.size());
  }
  out.add_bool(2, rows.stale());
  return message;
}

Result<PeerRows> decode_rows(std::string_view message) {
  return decode<PeerRows>("list of rows", [&](PeerRows& rows) {
    pbf_reader in(message.data(), message.size());
    std::string last_key;
    while (in.next()) {
      switch (in.tag()) {
        case 1:
          if (!read_row(in.get_message(), rows.rows, last_key)) return false;
          break;
        case 2: rows.stale = in.get_bool(); break;
        default: in.skip();
      }
    }
    return true;
  });
}

std::string encode_watching_query(const WatchingQuery& query) {
  std::string message;
  pbf_writer out(message);
  out.add_string(1, query.show);
  out.add_string(2, query.episode);
  return message;
}

Result<WatchingQuery> decode_watching_query(std::string_view message) {
  return decode<WatchingQuery>("query", [&](WatchingQuery& query) {
    pbf_reader in(message.data(), message.size());
    while (in.next()) {
      switch (in.tag()) {
        case 1: query.show = text(in); break;
        case 2: query.episode = text(in); break;
        default: in.skip();
      }
    }
    return true;
  });
}

std::string encode_watching(const apply::Watching& watching) {
  std::string message;
  pbf_writer out(message);
  out.add_uint64(1, watching.sessions);
  out.add_bool(2, watching.stale);
  return message;
}

Result<apply::Watching> decode_watching(std::string_view message) {
  return decode<apply::Watching>("count", [&](apply::Watching& watching) {
    pbf_reader in(message.data(), message.size());
    while (in.next()) {
      switch (in.tag()) {
        case 1: watching.sessions = in.get_uint64(); break;
        case 2: watching.stale = in.get_bool(); break;
        default: in.skip();
      }
    }
    return true;
  });
}

}  // namespace playhead::cluster
