#include <fmt/format.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <utility>

#include "server/api/ops.h"

namespace playhead::server::api {
namespace {

namespace fs = std::filesystem;

// A range that asks for more gets this much, and players ask on: it bounds what one request holds in memory.
constexpr std::uint64_t kMaxPart = std::uint64_t{2} << 20;

std::string_view media_type(const fs::path& file) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kTypes{{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".json", "application/json"},
      {".webm", "video/webm"},
      {".mp4", "video/mp4"},
  }};
  for (const auto& [extension, type] : kTypes) {
    if (file.extension() == extension) return type;
  }
  return "application/octet-stream";
}

struct Part {
  std::uint64_t first = 0;
  std::uint64_t last = 0;  // inclusive
};

// RFC 9110, 14.1.2, one range only. Nothing: not understood, so it is ignored. first > last: not satisfiable.
std::optional<Part> parse_range(std::string_view header, std::uint64_t size) {
  if (!header.starts_with("bytes=")) return std::nullopt;
  header.remove_prefix(6);
  const auto dash = header.find('-');
  if (dash == std::string_view::npos || header.find(',') != std::string_view::npos) return std::nullopt;
  const auto parse = [](std::string_view text, std::uint64_t& out) {
    const auto* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, out);
    return error == std::errc{} && stopped == end;
  };
  Part part{.first = 0, .last = size - 1};
  const auto from = header.substr(0, dash), to = header.substr(dash + 1);
  std::uint64_t suffix = 0;
  if (from.empty()) {
    if (!parse(to, suffix)) return std::nullopt;
    part.first = suffix >= size ? 0 : size - suffix;
    return suffix == 0 ? Part{1, 0} : part;
  }
  if (!parse(from, part.first) || (!to.empty() && !parse(to, part.last))) return std::nullopt;
  part.last = std::min(part.last, size - 1);
  return part.first < size ? part : Part{1, 0};
}

std::string read_part(const fs::path& file, const Part& part) {
  std::ifstream in(file, std::ios::binary);
  std::string bytes(part.last - part.first + 1, '\0');
  in.seekg(static_cast<std::streamoff>(part.first));
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, in.gcount())));
  return bytes;
}

Response serve_file(const fs::path& file, const Request& request) {
  const auto size = fs::file_size(file);
  const auto tag = fmt::format("\"{:x}-{:x}\"", size, fs::last_write_time(file).time_since_epoch().count());
  Response response{.content_type = media_type(file)};
  response.header("ETag", tag).header("Accept-Ranges", "bytes").header("Cache-Control", "no-cache");
  if (request.if_none_match == tag) {
    response.status = 304;
    response.content_type = {};
    return response;
  }
  if (size == 0) return response;
  Part part{.first = 0, .last = size - 1};
  if (const auto range = parse_range(request.header("Range").value_or(""), size)) {
    if (range->first > range->last) {
      response.status = 416;
      response.content_type = {};
      response.header("Content-Range", fmt::format("bytes */{}", size));
      return response;
    }
    part = *range;
    part.last = std::min(part.last, part.first + kMaxPart - 1);
    response.status = 206;
    response.header("Content-Range", fmt::format("bytes {}-{}/{}", part.first, part.last, size));
  }
  response.body = read_part(file, part);
  return response;
}

void answer(const fs::path& root, const fs::path& relative, const Request& request, Reply reply) {
  std::error_code error;
  auto file = fs::canonical(root / relative, error);
  if (!error && fs::is_directory(file)) file = fs::canonical(file / "index.html", error);
  const bool inside = !error && std::mismatch(root.begin(), root.end(), file.begin(), file.end()).first == root.end();
  if (!inside || !fs::is_regular_file(file)) {
    return reply.send(
        Problem{.status = 404, .error = {"not-found", "There is no such page. The demo is at /demo/."}});
  }
  reply.send(serve_file(file, request));
}

}  // namespace

std::vector<Route> file_routes(const std::string& root_folder) {
  std::error_code error;
  const auto root = fs::canonical(root_folder, error);
  if (error) {
    throw StartupError(fmt::format("The folder of web pages {} can't be opened: {}.", root_folder, error.message()));
  }
  const auto serve = [root](const Request& request, Reply reply) {
    answer(root, fs::path(std::string(request.path_value("folder"))) / std::string(request.path_value("file")),
           request, std::move(reply));
  };
  const auto redirect = [](const Request&, Reply reply) {
    auto response = empty_response(308);
    response.header("Location", "/demo/index.html");
    reply.send(response);
  };
  return {
      {Method::kGet, "/", redirect},
      {Method::kGet, "/demo", redirect},
      {Method::kGet, "/demo/", serve},
      {Method::kGet, "/demo/{file}", serve},
      {Method::kGet, "/demo/{folder}/{file}", serve},
  };
}

}  // namespace playhead::server::api
