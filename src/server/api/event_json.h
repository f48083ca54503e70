#pragma once

// Events as those who follow a user read them, over WebSocket and SSE alike (docs/protocol.md).

#include <string>
#include <string_view>

#include "model/stamping.h"
#include "model/update.h"
#include "push/event.h"
#include "server/api/json_writer.h"

namespace playhead::server::api {

// "progress", "session-ended", …: what `type` says.
std::string_view event_type(push::EventKind kind);

// The object. `user` is the id as whoever follows wrote it, and `fields` are JSON fields to stand behind `type`, or
// nothing.
std::string render_event(const push::Event& event, const model::IdView& user, std::string_view fields,
                         const model::Thresholds& thresholds);

}  // namespace playhead::server::api
