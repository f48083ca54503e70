#include "server/api/console.h"

#include <map>
#include <memory>
#include <string>

namespace playhead::server::api {
namespace {

// The page's own files and answers, nothing inline, nothing from elsewhere, and in nobody's frame.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

struct Prepared {
  std::string tag;
  PreparedResponse whole;
  PreparedResponse unchanged;
};

// A browser asks each time, so that a page never meets a server of another version; mostly it hears "unchanged".
Prepared prepare(const ConsoleFile& file) {
  const auto tag = "\"" + std::string(file.tag) + "\"";
  const auto with_headers = [&](Response response) {
    response.header("ETag", tag)
        .header("Cache-Control", "no-cache")
        .header("Content-Security-Policy", kPolicy)
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "no-referrer");
    return PreparedResponse(response);
  };
  return {.tag = tag,
          .whole = with_headers({.content_type = file.type, .body = std::string(file.text)}),
          .unchanged = with_headers({.status = 304, .content_type = {}})};
}

class Console {
 public:
  Console() {
    for (const auto& file : console_files()) files_.emplace(file.name, prepare(file));
  }

  void answer(std::string_view name, const Request& request, Reply reply) const {
    const auto file = files_.find(name);
    if (file == files_.end()) {
      return reply.send(
          Problem{.status = 404, .error = {"not-found", "The console has no such file. The page is at /console/."}});
    }
    const auto& [tag, whole, unchanged] = file->second;
    const bool same = request.if_none_match == "*" || request.if_none_match.contains(tag);
    reply.send(same ? unchanged : whole);
  }

 private:
  std::map<std::string_view, Prepared> files_;
};

}  // namespace

std::vector<Route> console_routes() {
  const auto console = std::make_shared<const Console>();
  return {
      // So that what the page names is found below it.
      {Method::kGet, "/console",
       [](const Request&, Reply reply) {
         auto response = empty_response(308);
         response.header("Location", "console/");  // relative, for whoever puts a prefix before it
         reply.send(response);
       }},
      {Method::kGet, "/console/",
       [console](const Request& request, Reply reply) { console->answer("index.html", request, std::move(reply)); }},
      {Method::kGet, "/console/{file}",
       [console](const Request& request, Reply reply) {
         console->answer(request.path_value("file"), request, std::move(reply));
       }},
  };
}

}  // namespace playhead::server::api
