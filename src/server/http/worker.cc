#include "server/http/worker.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <random>
#include <utility>

namespace playhead::server {

namespace {

// Large enough for a batch of updates or a long pipeline in one call.
constexpr std::size_t kReadBufferBytes = 64 * 1024;

// Connections beyond the limit that may linger over their refusal; more are closed without one.
constexpr std::size_t kMaxTurnedAway = 64;

// The wheel's resolution: fine enough for the shortest time-out, coarse enough to cost nothing.
std::chrono::milliseconds tick_for(const HttpOptions& options) {
  const auto shortest = std::min({options.keep_alive_timeout, options.header_timeout, options.body_timeout,
                                  options.write_timeout, options.answer_timeout, options.linger_timeout});
  return std::clamp(shortest / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(100));
}

std::uint64_t random_seed() {
  std::random_device random;
  return (std::uint64_t{random()} << 32) | random();
}

}  // namespace

Worker::Worker(std::uint32_t index, const HttpOptions& options, const Router& router, const Clock& clock,
               HttpMetrics& metrics, AfterRound after_round)
    : ConnectionHost(context_, poller_, wheel_, clock.monotonic()),
      metrics_(metrics),
      after_round_(std::move(after_round)),
      context_(index, random_seed(), options, router, clock),
      io_(1),
      poller_(io_),
      wheel_(now, tick_for(options)),
      published_(router.routes().size()),
      tick_(tick_for(options)),
      timer_(io_),
      buffer_(kReadBufferBytes),
      date_refreshed_(now) {
  read_buffer = buffer_;
}

Worker::~Worker() { stop(); }

void Worker::start(int listener) {
  listener_.emplace(poller_, listener, [this](int socket, std::string_view peer) { accept(socket, peer); });
  poller_.start([this] { begin_round(); }, [this] { end_round(); });
  schedule_tick();
  thread_ = std::thread([this] { io_.run(); });
}

void Worker::post(std::move_only_function<void(SessionContext&)> task) {
  boost::asio::post(io_, [this, task = std::move(task)]() mutable {
    begin_round();
    task(context_);
    end_round();
  });
}

void Worker::drain(std::function<void()> drained) {
  post([this, drained = std::move(drained)](SessionContext&) mutable {
    drained_ = std::move(drained);
    listener_.reset();
    context_.start_drain();
    // From the back: a connection that closes is replaced by the last, which has had its turn.
    for (std::size_t i = connections_.size(); i-- > 0;) connections_[i]->drain();
  });
}

std::size_t Worker::stop() {
  if (!thread_.joinable()) return cut_;
  post([this](SessionContext&) {
    cut_ = connections_.size();
    listener_.reset();
    connections_.clear();
    metrics_.publish(context_.counters(), published_);
    io_.stop();
  });
  thread_.join();
  return cut_;
}

void Worker::begin_round() { now = context_.clock().monotonic(); }

void Worker::end_round() {
  do {
    // One that goes on may answer another late: those come in the next turn.
    for (Connection* connection : std::exchange(answered_late, {})) connection->on_late_answers();
    if (after_round_) after_round_();
  } while (!answered_late.empty());
  if (drained_ && connections_.empty()) std::exchange(drained_, nullptr)();
}

void Worker::accept(int socket, std::string_view peer) {
  const std::size_t limit = context_.options().max_connections;
  if (connections_.size() >= limit) {
    context_.counters().count(Trouble::kTooManyConnections);
    report_full();
    if (connections_.size() >= limit + kMaxTurnedAway) {
      ::close(socket);
      return;
    }
  }
  const bool full = connections_.size() >= limit;
  ConnectionHost& host = *this;
  auto owned = std::make_unique<Connection>(host, socket, peer);
  Connection& connection = *owned;
  connection.place = connections_.size();
  connections_.push_back(std::move(owned));
  if (full) {
    connection.turn_away({503, {"too-many-connections", "This server has as many connections as it takes."}, 1});
  } else {
    connection.start();
  }
}

void Worker::forget(Connection& connection) {
  const std::size_t place = connection.place;
  std::swap(connections_[place], connections_.back());
  connections_[place]->place = place;
  connections_.pop_back();
}

void Worker::schedule_tick() {
  timer_.expires_after(tick_);
  timer_.async_wait([this](const boost::system::error_code& ec) {
    if (ec) return;
    begin_round();
    run_tick();
    end_round();
    schedule_tick();
  });
}

void Worker::run_tick() {
  wheel_.advance(now, [](DeadlineWheel::Entry& due) { static_cast<Connection&>(due).on_due(); });
  if (listener_) listener_->resume();
  metrics_.publish(context_.counters(), published_);
  if (now - date_refreshed_ >= std::chrono::seconds(1)) {
    date_refreshed_ = now;
    context_.refresh_date();
  }
}

void Worker::report_full() {
  if (const auto left_out = full_log_.allow(now)) {
    spdlog::warn("a worker has {} connections and turns others away ({} like it not logged)", connections_.size(),
                 *left_out);
  }
}

}  // namespace playhead::server
