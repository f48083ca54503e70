#include "server/api/rendering.h"

#include "model/text_time.h"
#include "server/api/json_writer.h"
#include "server/api/list_place.h"

namespace playhead::server::api {
namespace {

void optional_text(JsonWriter& json, std::string_view name, std::string_view value) {
  if (value.empty()) {
    json.null(name);
  } else {
    json.text(name, value);
  }
}

void optional_seconds(JsonWriter& json, std::string_view name, const std::optional<std::int64_t>& ms) {
  if (ms) {
    json.seconds(name, *ms);
  } else {
    json.null(name);
  }
}

void place(JsonWriter& json, std::int64_t position_ms) {
  json.seconds("position", position_ms).text("positionText", model::position_text(position_ms));
}

void next_cursor(JsonWriter& json, bool more, const model::Version& version, std::string_view key) {
  if (more) {
    json.text("next", encode_place({version, std::string(key)}));
  } else {
    json.null("next");
  }
}

}  // namespace

std::string_view state_name(model::State state) {
  switch (state) {
    case model::State::kPlaying: return "playing";
    case model::State::kPaused: return "paused";
    case model::State::kEnded: return "ended";
    case model::State::kStopped: break;
  }
  return "stopped";
}

void append_episode(JsonWriter& json, const model::Episode& episode) {
  json.id("showId", {episode.ids.show, episode.show_integer});
  json.id("episodeId", {episode.ids.episode, episode.episode_integer});
  place(json, episode.position_ms);
  json.seconds("startAt", episode.start_at_ms);
  optional_seconds(json, "duration", episode.duration_ms);
  json.flag("finished", episode.finished).flag("watched", episode.watched);
  json.time("updatedAt", episode.updated.time_ms);
  optional_text(json, "deviceId", episode.device);
  optional_text(json, "sessionId", episode.session);
  json.text("state", state_name(episode.state)).flag("provisional", episode.provisional);
  json.id("nextEpisodeId", episode.next_episode);
}

void append_session(JsonWriter& json, const push::SessionNow& session) {
  optional_text(json, "sessionId", session.session);
  optional_text(json, "deviceId", session.device);
  json.id("showId", {session.show, session.show_integer});
  json.id("episodeId", {session.episode, session.episode_integer});
  place(json, session.position_ms);
  json.text("state", state_name(session.state)).time("updatedAt", session.version.time_ms);
}

std::string render_resume(std::string_view user, const std::optional<model::Episode>& episode,
                          std::optional<std::uint64_t> counter, bool stale) {
  JsonWriter json;
  json.begin_object().flag("known", episode.has_value()).text("userId", user);
  if (episode) append_episode(json, *episode);
  if (counter) json.integer("counter", *counter);
  json.flag("stale", stale).end_object();
  return std::move(json.str());
}

std::string render_cards(const std::vector<model::Card>& cards, std::size_t limit, bool stale) {
  JsonWriter json;
  json.begin_object().begin_array("items");
  for (std::size_t i = 0; i < std::min(limit, cards.size()); ++i) {
    const auto& card = cards[i];
    const auto position = card.state ? card.state->position_ms : 0;
    const auto duration = card.state ? card.state->duration_ms : std::nullopt;
    json.begin_object().text("kind", card.next ? "next" : "resume");
    json.id("showId", card.show).id("episodeId", card.episode);
    place(json, position);
    json.seconds("startAt", card.state ? card.state->start_at_ms : 0);
    optional_seconds(json, "duration", duration);
    json.fraction("progress", position, duration.value_or(0));
    json.time("updatedAt", card.version.time_ms);
    optional_text(json, "deviceId", card.state ? card.state->device : std::string_view{});
    json.flag("finished", card.state && card.state->finished).end_object();
  }
  json.end_array();
  const bool more = cards.size() > limit;
  next_cursor(json, more, more ? cards[limit - 1].version : model::Version{}, more ? cards[limit - 1].anchor : "");
  json.flag("stale", stale).end_object();
  return std::move(json.str());
}

std::string render_episodes(const std::vector<model::Episode>& episodes, std::size_t limit, bool stale) {
  JsonWriter json;
  json.begin_object().begin_array("items");
  for (std::size_t i = 0; i < std::min(limit, episodes.size()); ++i) {
    json.begin_object();
    append_episode(json, episodes[i]);
    json.end_object();
  }
  json.end_array();
  const bool more = episodes.size() > limit;
  const auto last =
      more ? model::row_key(episodes[limit - 1].ids.show, episodes[limit - 1].ids.episode) : std::string();
  next_cursor(json, more, more ? episodes[limit - 1].updated : model::Version{}, last);
  json.flag("stale", stale).end_object();
  return std::move(json.str());
}

std::string render_watching(std::string_view show, std::string_view episode, std::uint64_t sessions, bool stale) {
  JsonWriter json;
  json.begin_object();
  if (!show.empty()) json.text("showId", show);
  if (!episode.empty()) json.text("episodeId", episode);
  json.integer("watching", sessions).flag("stale", stale).end_object();
  return std::move(json.str());
}

std::string render_sessions(const std::vector<push::SessionNow>& sessions, bool stale) {
  JsonWriter json;
  json.begin_object().begin_array("items");
  for (const auto& session : sessions) {
    json.begin_object();
    append_session(json, session);
    json.end_object();
  }
  json.end_array().flag("stale", stale).end_object();
  return std::move(json.str());
}

}  // namespace playhead::server::api
