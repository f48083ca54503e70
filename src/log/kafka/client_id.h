#pragma once

// A node's name and address travel in its Kafka client.id, which the brokers show to all who ask about the group:
//
//   playhead;name=node-1;address=10.0.0.7:1843;region=eu
//
// More fields may follow; who doesn't know them leaves them out.

#include <optional>
#include <string>
#include <string_view>

#include "log/group_feed.h"

namespace playhead::log::kafka {

// Throws StartupError, in a sentence that names the field, when it is empty or can't be written so.
std::string client_id_of(const Node& node);

// Nothing when it is not one of ours.
std::optional<Node> node_of(std::string_view client_id);

}  // namespace playhead::log::kafka
