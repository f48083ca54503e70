#include "server/api/socket_message.h"

#include <simdjson.h>

#include <array>
#include <utility>

#include "server/api/json_document.h"
#include "server/api/json_values.h"
#include "server/api/progress_reader.h"
#include "server/api/update_json.h"

namespace playhead::server::api {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

struct Fields {
  element type, ref, user, token;
  bool has_type = false, has_ref = false, has_user = false, has_token = false;
};

Fields find_fields(simdjson::dom::object object) {
  Fields fields;
  const auto keep = [](element value, element& out, bool& has) {
    out = value;
    has = !value.is_null();
  };
  for (const auto [name, value] : object) {
    if (name == "type") keep(value, fields.type, fields.has_type);
    if (name == "ref") keep(value, fields.ref, fields.has_ref);
    if (name == "userId") keep(value, fields.user, fields.has_user);
    if (name == "token") keep(value, fields.token, fields.has_token);
  }
  return fields;
}

Result<void> read_ref(element value, MessageRef& ref) {
  switch (value.type()) {
    case element_type::INT64:
      ref = {MessageRef::Kind::kInteger, std::to_string(get_unchecked<std::int64_t>(value))};
      return {};
    case element_type::UINT64:
      ref = {MessageRef::Kind::kInteger, std::to_string(get_unchecked<std::uint64_t>(value))};
      return {};
    case element_type::STRING: {
      const auto text = get_unchecked<std::string_view>(value);
      if (text.size() > kMaxRefBytes) {
        return fail("invalid-ref", "\"ref\" is " + std::to_string(text.size()) + " bytes long; expected at most " +
                                       std::to_string(kMaxRefBytes) + ".");
      }
      ref.kind = MessageRef::Kind::kString;
      ref.text.assign(text);
      return {};
    }
    default:
      return fail("invalid-ref",
                  std::string("\"ref\" is ").append(kind_of(value)).append("; expected a string or an integer."));
  }
}

Result<MessageType> read_type(const Fields& fields) {
  constexpr std::array<std::pair<std::string_view, MessageType>, 5> kTypes = {
      {{"progress", MessageType::kProgress},
       {"subscribe", MessageType::kSubscribe},
       {"unsubscribe", MessageType::kUnsubscribe},
       {"hello", MessageType::kHello},
       {"token", MessageType::kToken}}};
  std::string_view name;
  if (!fields.has_type || fields.type.get(name) != simdjson::SUCCESS) {
    return fail("missing-type",
                "\"type\" is missing or no string; expected hello, progress, subscribe or unsubscribe.");
  }
  for (const auto& [known, type] : kTypes) {
    if (known == name) return type;
  }
  return fail("unknown-type",
              "\"type\" is " + quoted(name) + "; expected hello, token, progress, subscribe or unsubscribe.");
}

}  // namespace

struct MessageParser::Buffers {
  explicit Buffers(const ProgressLimits& its_limits) : limits(its_limits), reader(its_limits) {}
  ProgressLimits limits;
  JsonDocument document;
  ProgressReader reader;
  IdArena ids;
};

MessageParser::MessageParser(const ProgressLimits& limits) : buffers_(std::make_unique<Buffers>(limits)) {}
MessageParser::~MessageParser() = default;

Result<SocketMessage> MessageParser::parse(std::string_view text, std::size_t readable_past_end, MessageRef& ref) {
  ref.kind = MessageRef::Kind::kNone;
  auto root = buffers_->document.parse(text, readable_past_end);
  if (!root) return std::unexpected(std::move(root.error()));
  const auto fields = find_fields(*root);
  if (fields.has_ref) {
    if (auto read = read_ref(fields.ref, ref); !read) return std::unexpected(std::move(read.error()));
  }
  const auto type = read_type(fields);
  if (!type) return std::unexpected(type.error());
  SocketMessage message{.type = *type};
  if (fields.has_token && fields.token.get(message.token) != simdjson::SUCCESS) {
    return fail("invalid-token",
                std::string("\"token\" is ").append(kind_of(fields.token)).append("; expected a string."));
  }
  if (*type == MessageType::kProgress) {
    auto progress = buffers_->reader.read(*root);
    if (!progress) return std::unexpected(std::move(progress.error()));
    message.progress = *progress;
  } else if (*type == MessageType::kSubscribe || *type == MessageType::kUnsubscribe) {
    if (!fields.has_user) return fail("missing-user", "\"userId\" is missing; expected a string or an integer.");
    buffers_->ids.reset(1);
    UpdateReader reader(buffers_->limits, buffers_->ids);
    if (!reader.id("userId", fields.user, message.user)) return std::unexpected(std::move(reader.error()));
  }
  return message;
}

}  // namespace playhead::server::api
