#pragma once

// The bodies of the read routes, as docs/openapi.yaml describes them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/history.h"
#include "push/session_now.h"
#include "server/api/json_writer.h"

namespace playhead::server::api {

// `stale` everywhere: something newer may be known elsewhere.

// `counter` is given out in counter mode only. Nothing found: known is false, and nothing else is said.
std::string render_resume(std::string_view user, const std::optional<model::Episode>& episode,
                          std::optional<std::uint64_t> counter, bool stale);

// Lists of up to `limit`; one more in the vector says that the list goes on, and becomes the cursor.
std::string render_cards(const std::vector<model::Card>& cards, std::size_t limit, bool stale);
std::string render_episodes(const std::vector<model::Episode>& episodes, std::size_t limit, bool stale);

// The fields of one element of the two lists.
void append_episode(JsonWriter& json, const model::Episode& episode);
void append_session(JsonWriter& json, const push::SessionNow& session);
std::string_view state_name(model::State state);

// How many sessions play it now; an id that is empty was not asked for.
std::string render_watching(std::string_view show, std::string_view episode, std::uint64_t sessions, bool stale);

std::string render_sessions(const std::vector<push::SessionNow>& sessions, bool stale);

}  // namespace playhead::server::api
