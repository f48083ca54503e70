#pragma once

// docs/openapi.yaml inside the program, so that what is served is what the program was built from.

#include <string_view>

namespace playhead::server::api {

std::string_view openapi_document();

}  // namespace playhead::server::api
