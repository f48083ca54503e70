#include "server/api/reads.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <unordered_set>

#include "server/api/list_place.h"
#include "server/api/rendering.h"

namespace playhead::server::api {
namespace {

constexpr std::size_t kDefaultCards = 20, kDefaultEpisodes = 100, kMaxList = 1000;

struct Reads {
  Services services;
  ReadCalls& calls;

  bool counters() const { return services.options.rules.ordering == model::Ordering::kCounter; }
};
using Shared = std::shared_ptr<const Reads>;

Problem bad_parameter(std::string detail) {
  return {.status = 400, .error = {"invalid-parameter", std::move(detail)}};
}

// `limit` and `cursor` of a list. Nothing when it was refused.
struct ListQuery {
  std::size_t limit = 0;
  std::optional<model::ListPlace> after;
};
std::optional<ListQuery> list_query(const Request& request, std::size_t default_limit, Reply& reply) {
  ListQuery query{.limit = default_limit};
  if (const auto text = request.query_value("limit")) {
    const auto* end = text->data() + text->size();
    const auto [stopped, error] = std::from_chars(text->data(), end, query.limit);
    if (error != std::errc{} || stopped != end || query.limit < 1 || query.limit > kMaxList) {
      reply.send(bad_parameter(fmt::format("\"limit\" has to be a whole number from 1 to {}.", kMaxList)));
      return std::nullopt;
    }
  }
  if (const auto cursor = request.query_value("cursor")) {
    query.after = decode_place(*cursor);
    if (!query.after) {
      reply.send(
          bad_parameter("\"cursor\" is not one that this server gave; leave it out to begin with the newest."));
      return std::nullopt;
    }
  }
  return query;
}

bool refuse_user(const Reads& reads, const Request& request, Reply& reply) {
  return refuse_id(request.path_value("user"), "The user", reads.services.options.limits, reply);
}

bool refuse_filters(const Reads& reads, const Request& request, Reply& reply) {
  return std::ranges::any_of(request.query, [&](const NamedValue& parameter) {
    const bool is_id = parameter.name == "showId" || parameter.name == "episodeId";
    return is_id &&
           refuse_id(parameter.value, fmt::format("\"{}\"", parameter.name), reads.services.options.limits, reply);
  });
}

std::optional<std::string> owned(std::optional<std::string_view> view) {
  return view ? std::optional(std::string(*view)) : std::nullopt;
}
std::optional<std::string_view> view_of(const std::optional<std::string>& text) {
  return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

// The fewest rows that hold the answer. Counter mode hands out the user's counter, which takes all rows.
store::Query rows_for(const Reads& reads, std::string_view user, const std::optional<std::string>& show,
                      const std::optional<std::string>& episode) {
  store::Query query{.user = std::string(user)};
  if (reads.counters() || !show) return query;
  query.exact = episode.has_value();
  query.row_prefix = episode ? model::row_key(*show, *episode) : model::show_prefix(*show);
  return query;
}

void resume(const Shared& reads, const Request& request, Reply reply, std::optional<std::string> episode) {
  if (refuse_user(*reads, request, reply) || refuse_filters(*reads, request, reply)) return;
  auto show = owned(request.query_value("showId"));
  auto query = rows_for(*reads, request.path_value("user"), show, episode);
  reads->calls.start(query, std::move(reply),
                     [reads, user = query.user, show = std::move(show), episode = std::move(episode),
                      tag = std::string(request.if_none_match)](const KnownState& state) {
                       const auto found = state.history.resume(view_of(show), view_of(episode));
                       const auto counter =
                           reads->counters() ? std::optional(state.history.greatest_counter()) : std::nullopt;
                       return cacheable(render_resume(user, found, counter, state.stale), tag);
                     });
}

void continue_watching(const Shared& reads, const Request& request, Reply reply) {
  if (refuse_user(*reads, request, reply)) return;
  auto list = list_query(request, kDefaultCards, reply);
  if (!list) return;
  reads->calls.start(
      {.user = std::string(request.path_value("user"))}, std::move(reply),
      [list = std::move(*list), tag = std::string(request.if_none_match)](const KnownState& state) {
        return cacheable(
            render_cards(state.history.continue_watching(list.limit, list.after), list.limit, state.stale), tag);
      });
}

void episodes(const Shared& reads, const Request& request, Reply reply) {
  if (refuse_user(*reads, request, reply) || refuse_filters(*reads, request, reply)) return;
  auto list = list_query(request, kDefaultEpisodes, reply);
  if (!list) return;
  std::int64_t since = std::numeric_limits<std::int64_t>::min();
  if (const auto text = request.query_value("since")) {
    const auto time = parse_time_parameter(*text);
    if (!time) return reply.send(bad_parameter(fmt::format("\"since\" {}", model::explain(time.error()))));
    since = *time;
  }
  std::unordered_set<std::string> wanted;
  for (const auto& [name, value] : request.query) {
    if (name == "episodeId") wanted.emplace(value);
  }
  auto show = owned(request.query_value("showId"));
  auto query = rows_for(*reads, request.path_value("user"), show, std::nullopt);
  reads->calls.start(std::move(query), std::move(reply),
                     [show = std::move(show), wanted = std::move(wanted), list = std::move(*list), since,
                      tag = std::string(request.if_none_match)](const KnownState& state) {
                       const auto selected = [&](const model::RowIds& ids) {
                         return (!show || ids.show == *show) &&
                                (wanted.empty() || wanted.contains(std::string(ids.episode)));
                       };
                       const auto found = state.history.episodes(list.limit, list.after, since, selected);
                       return cacheable(render_episodes(found, list.limit, state.stale), tag);
                     });
}

void sessions(const Shared& reads, const Request& request, Reply reply) {
  if (refuse_user(*reads, request, reply)) return;
  reads->calls.start_sessions(std::string(request.path_value("user")), std::move(reply),
                              [tag = std::string(request.if_none_match)](const apply::UserSessions& now) {
                                return cacheable(render_sessions(now.sessions, now.stale), tag);
                              });
}

void watching(const Shared& reads, const Request& request, Reply reply) {
  if (refuse_filters(*reads, request, reply)) return;
  for (const auto& id : request.path_values) {
    if (refuse_id(id.value, "The id", reads->services.options.limits, reply)) return;
  }
  const std::string episode(request.path_value("episode"));
  const std::string show(episode.empty() ? request.path_value("show") : request.query_value("showId").value_or(""));
  reads->calls.start_watching(show, episode, std::move(reply),
                              [show, episode, tag = std::string(request.if_none_match)](const apply::Watching& now) {
                                return cacheable(render_watching(show, episode, now.sessions, now.stale), tag);
                              });
}

}  // namespace

bool refuse_id(std::string_view id, std::string_view name, const ProgressLimits& limits, Reply& reply) {
  if (!id.empty() && id.size() <= limits.max_id_bytes) return false;
  reply.send(Problem{.status = 400,
                     .error = {"invalid-id", fmt::format("{} has {} bytes; an id has 1 to {}.", name, id.size(),
                                                         limits.max_id_bytes)}});
  return true;
}

std::vector<Route> read_routes(const Services& services, ReadCalls& calls) {
  const Shared reads = std::make_shared<const Reads>(Reads{services, calls});
  return {
      {Method::kGet, "/v1/users/{user}/resume",
       [reads](const Request& request, Reply reply) {
         resume(reads, request, std::move(reply), owned(request.query_value("episodeId")));
       }},
      {Method::kGet, "/v1/users/{user}/episodes/{episode}",
       [reads](const Request& request, Reply reply) {
         const auto episode = request.path_value("episode");
         if (refuse_id(episode, "The episode", reads->services.options.limits, reply)) return;
         resume(reads, request, std::move(reply), std::string(episode));
       }},
      {Method::kGet, "/v1/users/{user}/continue-watching",
       [reads](const Request& request, Reply reply) { continue_watching(reads, request, std::move(reply)); }},
      {Method::kGet, "/v1/users/{user}/episodes",
       [reads](const Request& request, Reply reply) { episodes(reads, request, std::move(reply)); }},
      {Method::kGet, "/v1/users/{user}/sessions",
       [reads](const Request& request, Reply reply) { sessions(reads, request, std::move(reply)); }},
      {Method::kGet, "/v1/episodes/{episode}/live",
       [reads](const Request& request, Reply reply) { watching(reads, request, std::move(reply)); }},
      {Method::kGet, "/v1/shows/{show}/live",
       [reads](const Request& request, Reply reply) { watching(reads, request, std::move(reply)); }},
  };
}

}  // namespace playhead::server::api
