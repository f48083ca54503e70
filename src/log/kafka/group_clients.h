#pragma once

// The settings of a member's two clients.

#include "log/kafka/client.h"
#include "log/kafka/group_options.h"

namespace playhead::log::kafka {

// Of the group, but no member of it: it only asks.
ClientConfig asking_config(const KafkaOptions& options);

ClientConfig member_config(const KafkaOptions& options, const GroupOptions& group);

}  // namespace playhead::log::kafka
