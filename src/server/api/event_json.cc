#include "server/api/event_json.h"

#include <fmt/format.h>

#include "model/history.h"
#include "server/api/rendering.h"

namespace playhead::server::api {
namespace {

using push::EventKind;

std::string opaque(const model::Version& version) {
  return fmt::format("{:x}-{:x}-{:x}", version.counter, version.time_ms, version.seq);
}

void optional_id(JsonWriter& json, std::string_view name, const model::IdView& id) {
  if (id.present()) json.id(name, id);
}

void optional_text(JsonWriter& json, std::string_view name, std::string_view value) {
  if (value.empty()) {
    json.null(name);
  } else {
    json.text(name, value);
  }
}

std::optional<model::Episode> episode_of(const push::Event& event, const push::EventRow& row,
                                         const model::Thresholds& thresholds) {
  const auto seen = model::look_at(row.item, event.erased);
  if (!seen) return std::nullopt;
  return model::read_episode({row.row_key, row.item}, *seen, thresholds, event.erased);
}

void snapshot(JsonWriter& json, const push::Event& event, const model::Thresholds& thresholds) {
  json.begin_array("items");
  for (const auto& row : event.rows) {
    const auto episode = episode_of(event, row, thresholds);
    if (!episode) continue;
    json.begin_object();
    append_episode(json, *episode);
    json.text("version", opaque(episode->updated)).end_object();
  }
  json.end_array().begin_array("sessions");
  for (const auto& session : event.sessions) {
    json.begin_object();
    append_session(json, session);
    json.end_object();
  }
  json.end_array().flag("stale", event.stale);
}

// Of a mark, the device is the one that marked.
void item(JsonWriter& json, const push::Event& event, const model::Thresholds& thresholds) {
  auto episode = episode_of(event, event.rows.front(), thresholds);
  if (!episode) return;
  const bool mark = event.kind == EventKind::kMark;
  if (mark) {
    episode->device = event.device;
    episode->session = {};
  }
  append_episode(json, *episode);
  if (mark) json.text("mark", episode->watched ? "watched" : "unwatched");
  json.text("version", opaque(episode->updated));
}

void session(JsonWriter& json, const push::Event& event) {
  const auto& session = event.sessions.front();
  optional_text(json, "sessionId", session.session);
  optional_text(json, "deviceId", session.device);
  json.id("showId", {session.show, session.show_integer}).id("episodeId", {session.episode, session.episode_integer});
  json.text("state", state_name(session.state)).time("at", session.version.time_ms);
  json.text("version", opaque(session.version));
}

void removal(JsonWriter& json, const push::Event& event) {
  optional_id(json, "showId", {event.show, event.show_integer});
  optional_id(json, "episodeId", {event.episode, event.episode_integer});
  if (!event.device.empty()) json.text("deviceId", event.device);
  json.text("version", opaque(event.version));
}

}  // namespace

std::string_view event_type(EventKind kind) {
  switch (kind) {
    case EventKind::kProgress: return "progress";
    case EventKind::kMark: return "mark";
    case EventKind::kRemoved: return "removed";
    case EventKind::kSessionStarted: return "session-started";
    case EventKind::kSessionChanged: return "session-changed";
    case EventKind::kSessionEnded: return "session-ended";
    case EventKind::kSnapshot: break;
  }
  return "snapshot";
}

std::string render_event(const push::Event& event, const model::IdView& user, std::string_view fields,
                         const model::Thresholds& thresholds) {
  JsonWriter json;
  json.begin_object().text("type", event_type(event.kind)).fields(fields).id("userId", user);
  switch (event.kind) {
    case EventKind::kSnapshot: snapshot(json, event, thresholds); break;
    case EventKind::kProgress:
    case EventKind::kMark: item(json, event, thresholds); break;
    case EventKind::kRemoved: removal(json, event); break;
    default: session(json, event); break;
  }
  json.end_object();
  return std::move(json.str());
}

}  // namespace playhead::server::api
