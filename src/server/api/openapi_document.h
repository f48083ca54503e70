#pragma once

#include <string_view>

namespace playhead::server::api {

// docs/openapi.yaml as it was when the program was built.
std::string_view openapi_document();

}  // namespace playhead::server::api
