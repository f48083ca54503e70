#include "unit/model/generators.h"

#include <fmt/format.h>

#include <tuple>

namespace playhead::model {

void showValue(const Update& update, std::ostream& out) {
  const auto& version = update.version;
  out << fmt::format("{}/{} v({},{},{}) {} {} mark {} eligible {} finished {} live {} erase {} duration {} next {}\n",
                     update.show.text, update.episode.text, version.counter, version.time_ms, version.seq,
                     update.position_ms.value_or(-1), update.device, static_cast<int>(update.mark), update.eligible,
                     update.finished, update.live, update.erase, update.duration_ms.value_or(-1),
                     update.next_episode.text);
}

namespace test {
namespace {

using rc::gen::element;
using rc::gen::inRange;

bool one_in(int n) { return *inRange(0, n) == 0; }

std::optional<std::int64_t> maybe_minutes(int from, int to) {
  if (one_in(2)) return std::nullopt;
  return *inRange(from, to) * kMinute;
}

Update make_update(Ordering ordering) {
  Update update{.user = {"ann", false}};
  update.version.time_ms = *inRange<std::int64_t>(0, 40);
  update.version.seq = *inRange<std::uint64_t>(0, 3);
  if (ordering == Ordering::kCounter) update.version.counter = *inRange<std::uint64_t>(0, 4);
  update.received_ms = update.version.time_ms + *inRange(0, 3);
  if (one_in(12)) return erasure(update.user, update.version.time_ms, update.version.counter);

  update.show = {*element("", "10", "11"), one_in(2)};
  update.episode = {*element("1", "2", "3"), one_in(2)};
  update.next_episode = {*element("", "1", "2", "3", "4"), one_in(2)};
  update.device = *element("", "tv", "phone", "tablet");
  update.session = *element("", "s1", "s2");
  update.state = *element(State::kPlaying, State::kPaused, State::kStopped, State::kEnded);
  update.duration_ms = maybe_minutes(40, 60);
  update.credits_at_ms = maybe_minutes(35, 60);
  if (one_in(4)) {
    update.mark = *element(Mark::kWatched, Mark::kUnwatched, Mark::kRemoved);
    if (update.mark == Mark::kRemoved && update.show.present() && one_in(2)) update.episode = {};
    return update;
  }
  update.position_ms = *inRange(0, 60) * kMinute;
  update.live = one_in(15);
  update.seek = one_in(10);
  update.eligible = !update.live && !one_in(4);
  update.finished = update.eligible && one_in(3);
  return update;
}

std::string text_of(const Episode& e) {
  return fmt::format(
      "{}{}/{}{} has {} prov {} pos {} start {} state {} {} {} dur {} next {}{} fin {} wat {} unw {} "
      "beg {} v({},{},{})\n",
      e.ids.show, e.show_integer, e.ids.episode, e.episode_integer, e.has_position, e.provisional, e.position_ms,
      e.start_at_ms, static_cast<int>(e.state), e.device, e.session, e.duration_ms.value_or(-1), e.next_episode.text,
      e.next_episode.integer, e.finished, e.watched, e.unwatched, e.begun, e.updated.counter, e.updated.time_ms,
      e.updated.seq);
}

}  // namespace

rc::Gen<Update> any_update(Ordering ordering) {
  return rc::gen::exec([ordering] { return make_update(ordering); });
}

rc::Gen<std::vector<Update>> any_updates(Ordering ordering) {
  return rc::gen::container<std::vector<Update>>(any_update(ordering));
}

rc::Gen<std::vector<Update>> distinct_updates(Ordering ordering) {
  return rc::gen::uniqueBy<std::vector<Update>>(any_update(ordering), [](const Update& u) {
    return std::tuple(u.version.counter, u.version.time_ms, u.version.seq);
  });
}

std::string answers(const History& history) {
  std::string text;
  for (const std::optional<std::string_view> show : {std::optional<std::string_view>{}, {"10"}, {"11"}, {""}}) {
    for (const std::optional<std::string_view> episode : {std::optional<std::string_view>{}, {"1"}, {"2"}, {"3"}}) {
      const auto answer = history.resume(show, episode);
      text += answer ? text_of(*answer) : "unknown\n";
    }
  }
  for (const auto& episode : history.episodes(100, {}, 0)) text += text_of(episode);
  for (const auto& card : history.continue_watching(100, {})) {
    text += fmt::format("card {} {}/{} v({},{},{}) {}", card.next, card.show.text, card.episode.text,
                        card.version.counter, card.version.time_ms, card.version.seq,
                        card.state ? text_of(*card.state) : "\n");
  }
  return text;
}

}  // namespace test
}  // namespace playhead::model
