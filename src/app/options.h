#pragma once

// From the config to what the parts take.

#include "app/config.h"
#include "apply/committer.h"
#include "push/presence.h"

namespace playhead::app {

apply::CommitOptions commit_options(const Config& config);
push::PresenceOptions presence_options(const Config& config);

}  // namespace playhead::app
