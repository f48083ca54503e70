#include "cluster/peer_events.h"

#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>

#include "cluster/peer_decode.h"
#include "model/item.h"

namespace playhead::cluster {
namespace {

using protozero::pbf_reader;
using protozero::pbf_writer;

push::SessionNow read_session(pbf_reader in) {
  push::SessionNow session;
  while (in.next()) {
    switch (in.tag()) {
      case 1: session.session = text(in); break;
      case 2: session.device = text(in); break;
      case 3: session.show = text(in); break;
      case 4: session.episode = text(in); break;
      case 5: {
        const auto integers = in.get_uint32();
        session.show_integer = (integers & 1) != 0;
        session.episode_integer = (integers & 2) != 0;
        break;
      }
      case 6: session.position_ms = in.get_int64(); break;
      case 7: session.state = static_cast<model::State>(in.get_uint32() & 3); break;
      case 8: session.version.counter = in.get_uint64(); break;
      case 9: session.version.time_ms = in.get_int64(); break;
      case 10: session.version.seq = in.get_uint64(); break;
      default: in.skip();
    }
  }
  return session;
}

std::uint32_t integers(bool show, bool episode) { return (show ? 1u : 0u) | (episode ? 2u : 0u); }

void write_session(pbf_writer& parent, std::uint32_t tag, const push::SessionNow& session) {
  pbf_writer out(parent, tag);
  out.add_string(1, session.session);
  out.add_string(2, session.device);
  out.add_string(3, session.show);
  out.add_string(4, session.episode);
  out.add_uint32(5, integers(session.show_integer, session.episode_integer));
  out.add_int64(6, session.position_ms);
  out.add_uint32(7, static_cast<std::uint32_t>(session.state));
  out.add_uint64(8, session.version.counter);
  out.add_int64(9, session.version.time_ms);
  out.add_uint64(10, session.version.seq);
}

void write_version(pbf_writer& parent, std::uint32_t tag, const model::Version& version) {
  pbf_writer out(parent, tag);
  out.add_uint64(1, version.counter);
  out.add_int64(2, version.time_ms);
  out.add_uint64(3, version.seq);
}

model::Version read_version(pbf_reader in) {
  model::Version version;
  while (in.next()) {
    switch (in.tag()) {
      case 1: version.counter = in.get_uint64(); break;
      case 2: version.time_ms = in.get_int64(); break;
      case 3: version.seq = in.get_uint64(); break;
      default: in.skip();
    }
  }
  return version;
}

bool read_event_row(pbf_reader in, push::Event& event) {
  auto& row = event.rows.emplace_back();
  while (in.next()) {
    switch (in.tag()) {
      case 1: row.row_key = text(in); break;
      case 2: row.item = text(in); break;
      default: in.skip();
    }
  }
  return model::valid_item(row.item);
}

}  // namespace

std::string encode_sessions(const apply::UserSessions& sessions) {
  std::string message;
  pbf_writer out(message);
  for (const auto& session : sessions.sessions) write_session(out, 1, session);
  out.add_bool(2, sessions.stale);
  return message;
}

Result<apply::UserSessions> decode_sessions(std::string_view message) {
  return decode<apply::UserSessions>("list of sessions", [&](apply::UserSessions& sessions) {
    pbf_reader in(message.data(), message.size());
    while (in.next()) {
      switch (in.tag()) {
        case 1: sessions.sessions.push_back(read_session(in.get_message())); break;
        case 2: sessions.stale = in.get_bool(); break;
        default: in.skip();
      }
    }
    return true;
  });
}

std::string encode_event(const push::Event& event) {
  std::string message;
  pbf_writer out(message);
  out.add_uint32(1, static_cast<std::uint32_t>(event.kind));
  for (const auto& row : event.rows) {
    pbf_writer one(out, 2);
    one.add_bytes(1, row.row_key);
    one.add_bytes(2, row.item);
  }
  if (event.erased) write_version(out, 3, *event.erased);
  for (const auto& session : event.sessions) write_session(out, 4, session);
  out.add_bool(5, event.stale);
  out.add_string(6, event.show);
  out.add_string(7, event.episode);
  out.add_string(8, event.device);
  out.add_uint32(9, integers(event.show_integer, event.episode_integer));
  write_version(out, 10, event.version);
  return message;
}

Result<push::Event> decode_event(std::string_view message, std::string_view user) {
  return decode<push::Event>("event", [&](push::Event& event) {
    pbf_reader in(message.data(), message.size());
    event.user = user;
    while (in.next()) {
      switch (in.tag()) {
        case 1: {
          const auto kind = in.get_uint32();
          if (kind > static_cast<std::uint32_t>(push::EventKind::kSessionEnded)) return false;
          event.kind = static_cast<push::EventKind>(kind);
          break;
        }
        case 2:
          if (!read_event_row(in.get_message(), event)) return false;
          break;
        case 3: event.erased = read_version(in.get_message()); break;
        case 4: event.sessions.push_back(read_session(in.get_message())); break;
        case 5: event.stale = in.get_bool(); break;
        case 6: event.show = text(in); break;
        case 7: event.episode = text(in); break;
        case 8: event.device = text(in); break;
        case 9: {
          const auto flags = in.get_uint32();
          event.show_integer = (flags & 1) != 0;
          event.episode_integer = (flags & 2) != 0;
          break;
        }
        case 10: event.version = read_version(in.get_message()); break;
        default: in.skip();
      }
    }
    return true;
  });
}

}  // namespace playhead::cluster
