#pragma once

// From the config to what the parts take.

#include <filesystem>
#include <string>
#include <string_view>

#include "app/config.h"
#include "apply/committer.h"
#include "push/hub.h"
#include "push/presence.h"

namespace playhead::app {

apply::CommitOptions commit_options(const Config& config);
push::PresenceOptions presence_options(const Config& config);

push::HubOptions hub_options(const Config& config);

// What a file holds, without the line end that editors leave. Throws UsageError, which names `setting`, when it can't
// be read.
std::string read_secret(const std::filesystem::path& path, std::string_view setting);

}  // namespace playhead::app
