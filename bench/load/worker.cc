#include "load/worker.h"

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

namespace playhead::load {
namespace {

constexpr std::uint64_t kSecondNs = 1'000'000'000;
constexpr std::uint64_t kConnectNs = 5 * kSecondNs;
constexpr std::uint64_t kGraceNs = 2 * kSecondNs;
// Nobody waits longer than this without looking at `stop`.
constexpr std::uint64_t kLookNs = kSecondNs / 20;
constexpr std::uint64_t kReconnectNs = kSecondNs / 10;
constexpr std::size_t kReadBytes = 256 * 1024;
constexpr std::size_t kDetailBytes = 400;

constexpr std::uint64_t tag_of(std::size_t lane, std::size_t index) { return (lane << 32) | index; }

std::string first_line_of(const Response& response) {
  return "HTTP " + std::to_string(response.status) + " " +
         std::string(response.body.substr(0, std::min(response.body.size(), kDetailBytes)));
}

}  // namespace

std::uint64_t steady_ns() {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

Worker::Worker(const RunPlan& plan) : plan_(plan), buffer_(kReadBytes) {
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  wall_offset_ns_ =
      std::chrono::duration_cast<std::chrono::nanoseconds>(wall).count() - static_cast<std::int64_t>(steady_ns());
}

Worker::~Worker() {
  if (epoll_ >= 0) ::close(epoll_);
}

std::int64_t Worker::wall_ms(std::uint64_t now) const {
  return (wall_offset_ns_ + static_cast<std::int64_t>(now)) / 1'000'000;
}

Result<std::unique_ptr<Worker>> Worker::create(const RunPlan& plan, unsigned index) {
  std::unique_ptr<Worker> out(new Worker(plan));
  out->epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  if (out->epoll_ < 0) return fail("cannot-connect", std::string("epoll: ") + std::strerror(errno) + ".");
  for (const auto& whole : plan.streams) {
    auto stream = Stream::create(share_of(whole, index, plan.threads), 0x9E3779B97F4A7C15ULL * (index + 1));
    if (!stream) return std::unexpected(std::move(stream.error()));
    out->figures_.push_back(std::make_unique<StreamFigures>());
    auto& lane = out->lanes_.emplace_back(Lane{std::move(*stream), out->figures_.back().get(), {}, {}, {}, 0});
    for (unsigned i = 0; i < lane.stream.plan().connections; ++i) {
      lane.connections.emplace_back(lane.stream.open_loop() ? 1 : lane.stream.plan().pipeline);
    }
    lane.queued.resize(lane.connections.size());
  }
  if (auto connected = out->connect_all(); !connected) return std::unexpected(std::move(connected.error()));
  return out;
}

Result<void> Worker::connect_all() {
  std::size_t all = 0;
  for (std::size_t l = 0; l < lanes_.size(); ++l) {
    for (std::size_t i = 0; i < lanes_[l].connections.size(); ++i, ++all) {
      if (!lanes_[l].connections[i].connect(plan_.target) || !watch(l, i, EPOLL_CTL_ADD, true)) {
        return fail("cannot-connect", "Connecting to " + plan_.target.host + ": " + std::strerror(errno) + ".");
      }
    }
  }
  const auto give_up = steady_ns() + kConnectNs;
  const auto up = [this] {
    std::size_t n = 0;
    for (const auto& lane : lanes_) {
      n += static_cast<std::size_t>(std::ranges::count(lane.connections, Connection::State::kUp, &Connection::state));
    }
    return n;
  };
  while (up() < all) {
    poll(kLookNs);
    for (const auto& figures : figures_) {
      for (const auto& [kind, error] : figures->errors.kinds()) {
        return fail("cannot-connect", "Connecting to " + plan_.target.host + ": " + kind + ".");
      }
    }
    if (steady_ns() > give_up) {
      return fail("cannot-connect", "Connecting to " + plan_.target.host + ": " + std::to_string(up()) + " of " +
                                        std::to_string(all) + " connections were up after five seconds.");
    }
  }
  return {};
}

bool Worker::watch(std::size_t lane, std::size_t index, int operation, bool write) {
  epoll_event event{};
  event.events = EPOLLIN | (write ? EPOLLOUT : 0u);
  event.data.u64 = tag_of(lane, index);
  return ::epoll_ctl(epoll_, operation, lanes_[lane].connections[index].fd(), &event) == 0;
}

void Worker::run(std::uint64_t start_ns, std::uint64_t end_ns, const std::atomic<bool>& stop) {
  // The default slack of 50 µs would be added to every intended send time.
  ::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  while (steady_ns() < start_ns && !stop) poll(std::min(kLookNs, start_ns - std::min(start_ns, steady_ns())));
  sending_ = true;
  for (std::size_t l = 0; l < lanes_.size(); ++l) {
    lanes_[l].stream.start(start_ns);
    for (std::size_t i = 0; i < lanes_[l].connections.size(); ++i) fill(l, i);
  }
  for (;;) {
    const auto now = steady_ns();
    if (now >= end_ns || stop.load(std::memory_order_relaxed) || finished()) break;
    for (std::size_t l = 0; l < lanes_.size(); ++l) send_due(l, now);
    if (!down_.empty()) reconnect_due(now);
    poll(wait_ns(now, end_ns));
  }
  drain(std::min(steady_ns(), end_ns));
}

void Worker::drain(std::uint64_t end_ns) {
  for (auto& lane : lanes_) lane.stream.end(end_ns);
  const auto give_up = steady_ns() + kGraceNs;
  for (auto now = steady_ns(); now < give_up && !finished(); now = steady_ns()) {
    for (std::size_t l = 0; l < lanes_.size(); ++l) send_due(l, now);
    poll(wait_ns(now, give_up));
  }
  sending_ = false;
  give_up_rest(end_ns);
}

std::uint64_t Worker::wait_ns(std::uint64_t now, std::uint64_t end) const {
  auto until = std::min(end, now + kLookNs);
  for (const auto& lane : lanes_) {
    if (lane.stream.open_loop() && !lane.idle.empty() && !lane.stream.exhausted()) {
      until = std::min(until, lane.stream.due_ns());
    }
  }
  return until > now ? until - now : 0;
}

bool Worker::finished() const {
  return std::ranges::all_of(lanes_, [](const Lane& l) { return l.stream.exhausted() && l.unanswered == 0; });
}

void Worker::give_up_rest(std::uint64_t end_ns) {
  for (auto& lane : lanes_) {
    if (lane.unanswered > 0) {
      lane.figures->errors.add("no answer", "unanswered two seconds after the end", lane.unanswered);
      lane.figures->failed += lane.unanswered;
    }
    if (!lane.stream.open_loop() || lane.stream.exhausted()) continue;
    const auto late = static_cast<double>(end_ns - lane.stream.due_ns());
    lane.figures->unsent = 1 + static_cast<std::uint64_t>(late * lane.stream.plan().rate / 1e9);
  }
}

void Worker::poll(std::uint64_t timeout_ns) {
  std::array<epoll_event, 512> events;
  timespec timeout{static_cast<time_t>(timeout_ns / kSecondNs), static_cast<long>(timeout_ns % kSecondNs)};
  const int n = ::epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &timeout, nullptr);
  for (int i = 0; i < n; ++i) {
    const auto& event = events[static_cast<std::size_t>(i)];
    on_event(event.data.u64 >> 32, event.data.u64 & 0xFFFFFFFF, event.events);
  }
}

void Worker::on_event(std::size_t l, std::size_t index, std::uint32_t events) {
  auto& connection = lanes_[l].connections[index];
  if (connection.state() == Connection::State::kConnecting && (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0) {
    if (!connection.finish_connect()) return drop(l, index, Connection::Trouble::kFailed);
    watch(l, index, EPOLL_CTL_MOD, false);
    return fill(l, index);
  }
  if (connection.state() != Connection::State::kUp) return;
  if ((events & EPOLLOUT) != 0) {
    if (const auto trouble = connection.flush(); trouble != Connection::Trouble::kNone)
      return drop(l, index, trouble);
    if (!connection.wants_write()) watch(l, index, EPOLL_CTL_MOD, false);
  }
  if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) on_readable(l, index);
}

void Worker::on_readable(std::size_t l, std::size_t index) {
  auto& lane = lanes_[l];
  auto& connection = lane.connections[index];
  const auto trouble = connection.read(
      buffer_, [&](const Response& response, std::uint64_t sent_at_ns) { on_answer(lane, response, sent_at_ns); });
  if (trouble != Connection::Trouble::kNone) return drop(l, index, trouble);
  fill(l, index);
}

void Worker::on_answer(Lane& lane, const Response& response, std::uint64_t sent_at_ns) {
  --lane.unanswered;
  const auto fault = lane.stream.fault_of(response);
  if (fault.empty()) {
    const auto now = steady_ns();
    lane.figures->latency.record(now > sent_at_ns ? now - sent_at_ns : 0);
    auto& answered = lane.figures->answered;
    answered.store(answered.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return;
  }
  const auto kind = fault == "status" ? "HTTP " + std::to_string(response.status) : std::string("unexpected body");
  lane.figures->errors.add(kind, first_line_of(response));
  ++lane.figures->failed;
}

void Worker::drop(std::size_t l, std::size_t index, Connection::Trouble trouble) {
  auto& lane = lanes_[l];
  auto& connection = lane.connections[index];
  const std::string reason = trouble == Connection::Trouble::kClosed    ? "closed by the server"
                             : trouble == Connection::Trouble::kNotHttp ? "an answer that isn't HTTP/1.1"
                                                                        : std::strerror(errno);
  const auto lost = std::max(1u, connection.unanswered());
  lane.figures->errors.add(reason, reason, lost);
  lane.figures->failed += lost;
  lane.unanswered -= connection.unanswered();
  connection.close();
  down_.push_back({l, index});
}

void Worker::reconnect_due(std::uint64_t now) {
  if (now < next_reconnect_ns_) return;
  next_reconnect_ns_ = now + kReconnectNs;
  const auto all = std::exchange(down_, {});
  for (const auto& [l, index] : all) {
    if (!lanes_[l].connections[index].connect(plan_.target) || !watch(l, index, EPOLL_CTL_ADD, true)) {
      drop(l, index, Connection::Trouble::kFailed);
    }
  }
}

// Closed loop: sends as many requests as the connection has room for. Open loop: lets the pace decide.
void Worker::fill(std::size_t l, std::size_t index) {
  auto& lane = lanes_[l];
  auto& connection = lane.connections[index];
  if (!sending_ || connection.room() == 0) return;
  if (lane.stream.open_loop()) {
    if (!lane.queued[index]) lane.idle.push_back(static_cast<std::uint32_t>(index));
    lane.queued[index] = true;
    return;
  }
  const auto now = steady_ns();
  std::string_view bytes;
  pipelined_.clear();
  while (connection.room() > 0 && !lane.stream.exhausted()) {
    bytes = lane.stream.next_request(wall_ms(now));
    connection.begin(now);
    ++lane.unanswered;
    if (connection.room() > 0 || !pipelined_.empty()) pipelined_.append(bytes);
  }
  if (!pipelined_.empty()) bytes = pipelined_;
  if (bytes.empty()) return;
  if (const auto trouble = connection.write(bytes); trouble != Connection::Trouble::kNone)
    return drop(l, index, trouble);
  if (connection.wants_write()) watch(l, index, EPOLL_CTL_MOD, true);
}

void Worker::send_due(std::size_t l, std::uint64_t now) {
  auto& lane = lanes_[l];
  if (!lane.stream.open_loop()) return;
  while (!lane.idle.empty() && !lane.stream.exhausted() && lane.stream.due_ns() <= now) {
    const auto index = lane.idle.front();
    lane.idle.pop_front();
    lane.queued[index] = false;
    auto& connection = lane.connections[index];
    // It may have gone down since, and comes back through fill().
    if (connection.state() != Connection::State::kUp || connection.room() == 0) continue;
    connection.begin(lane.stream.due_ns());
    ++lane.unanswered;
    const auto bytes = lane.stream.next_request(wall_ms(now));
    if (const auto trouble = connection.write(bytes); trouble != Connection::Trouble::kNone) {
      drop(l, index, trouble);
    } else if (connection.wants_write()) {
      watch(l, index, EPOLL_CTL_MOD, true);
    }
  }
}

}  // namespace playhead::load
