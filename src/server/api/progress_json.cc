#include "server/api/progress_json.h"

#include <optional>
#include <string>
#include <utility>

#include "server/api/json_document.h"
#include "server/api/progress_reader.h"
#include "server/api/update_json.h"

namespace playhead::server::api {
namespace {

using simdjson::dom::element;

// What stands around the updates of a batch, or beside the fields of a single one.
struct Frame {
  std::optional<element> updates;
  std::optional<element> token;
  std::optional<element> sent_at;
};

// The frame's field of that name, nothing when it isn't one.
std::optional<element>* frame_field(Frame& frame, std::string_view name) {
  if (name == "updates") return &frame.updates;
  if (name == "token") return &frame.token;
  if (name == "sentAt") return &frame.sent_at;
  return nullptr;
}

Result<Frame> read_frame(simdjson::dom::object object) {
  Frame frame;
  for (const auto [name, value] : object) {
    auto* const field = frame_field(frame, name);
    if (field == nullptr) continue;
    if (field->has_value()) {
      return fail("duplicate-key", std::string("\"").append(name).append("\" appears twice; expected it once."));
    }
    *field = value;
  }
  // Null is absent, but was counted above.
  for (auto* field : {&frame.updates, &frame.token, &frame.sent_at}) {
    if (*field && (*field)->is_null()) field->reset();
  }
  return frame;
}

Result<simdjson::dom::array> batch_of(element updates, std::size_t max_batch) {
  simdjson::dom::array array;
  if (updates.get(array) != simdjson::SUCCESS) {
    return fail("invalid-batch",
                std::string("\"updates\" is ").append(kind_of(updates)).append("; expected an array of updates."));
  }
  if (array.size() == 0) return fail("empty-batch", "\"updates\" is empty; expected at least one update.");
  if (array.size() > max_batch) {
    return fail("batch-too-large", "\"updates\" holds " + std::to_string(array.size()) +
                                       " updates; expected at most " + std::to_string(max_batch) + ".");
  }
  return array;
}

}  // namespace

struct ProgressParser::Buffers {
  explicit Buffers(const ProgressLimits& limits) : reader(limits) {}
  JsonDocument document;
  ProgressReader reader;
};

ProgressParser::ProgressParser(ProgressLimits limits) : buffers_(std::make_unique<Buffers>(limits)) {}

ProgressParser::~ProgressParser() = default;

Result<const ProgressRequest*> ProgressParser::parse(std::string_view body, std::size_t readable_past_end) {
  auto root = buffers_->document.parse(body, readable_past_end);
  if (!root) return std::unexpected(std::move(root.error()));
  return buffers_->reader.read(*root);
}

Result<const ProgressRequest*> ProgressReader::read(simdjson::dom::object object) {
  request_.batch = false;
  request_.token = {};
  request_.updates.clear();
  const auto frame = read_frame(object);
  if (!frame) return std::unexpected(frame.error());
  if (frame->token && frame->token->get(request_.token) != simdjson::SUCCESS) {
    return fail("invalid-token",
                std::string("\"token\" is ").append(kind_of(*frame->token)).append("; expected a string."));
  }

  UpdateReader reader(limits_, ids_);
  if (!frame->updates) {
    ids_.reset(1);
    auto& update = request_.updates.emplace_back();
    if (!reader.read_object(object, *update)) return std::unexpected(std::move(reader.error()));
    return &request_;
  }

  std::optional<std::int64_t> sent_at;
  if (frame->sent_at) {
    auto time = read_time("sentAt", *frame->sent_at);
    if (!time) return std::unexpected(std::move(time.error()));
    sent_at = *time;
  }
  const auto items = batch_of(*frame->updates, limits_.max_batch);
  if (!items) return std::unexpected(items.error());
  request_.batch = true;
  request_.updates.reserve(items->size());
  ids_.reset(items->size());
  for (const auto item : *items) {
    auto& update = request_.updates.emplace_back();
    if (!reader.read(item, *update)) {
      update = std::unexpected(std::move(reader.error()));
    } else if (!update->sent_at_ms) {
      update->sent_at_ms = sent_at;
    }
  }
  return &request_;
}

}  // namespace playhead::server::api
