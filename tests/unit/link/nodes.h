#pragma once

// Two sides of a link on loopback, in few words.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "link/peers.h"
#include "link/server.h"
#include "support/wait.h"

namespace playhead::link::test {

inline const std::string kSecret = "a secret of more than sixteen bytes";
// Far beyond what a busy machine needs.
inline constexpr std::chrono::seconds kLong{20};

inline LinkKey key(const std::string& secret = kSecret) { return LinkKey::derive(secret).value(); }

// Short pauses, so that what is tried again is tried soon.
inline LinkOptions quick() {
  LinkOptions options;
  options.min_retry_pause = std::chrono::milliseconds(5);
  options.max_retry_pause = std::chrono::milliseconds(20);
  options.ping_interval = std::chrono::milliseconds(20);
  options.connect_timeout = kLong;
  options.handshake_timeout = kLong;
  options.silence_timeout = kLong;
  return options;
}

// The system's clock, set wrong.
class SkewedClock final : public Clock {
 public:
  explicit SkewedClock(std::chrono::milliseconds skew = {}) : skew_ms_(skew.count()) {}
  std::int64_t now_ms() const override { return system_.now_ms() + skew_ms_; }
  Monotonic monotonic() const override { return system_.monotonic(); }
  void set(std::chrono::milliseconds skew) { skew_ms_ = skew.count(); }

 private:
  SystemClock system_;
  std::atomic<std::int64_t> skew_ms_;
};

enum Kind : std::uint32_t { kEcho = 1, kFail = 2, kPark = 3, kDrop = 4, kSize = 5 };

// A server that answers by kind; kPark keeps the responders for the test.
class Node {
 public:
  explicit Node(const LinkOptions& options = quick(), LinkKey its_key = key(), std::uint16_t port = 0,
                std::size_t threads = 1)
      : loops(threads),
        server(std::make_unique<LinkServer>(loops, "127.0.0.1", port, std::move(its_key), options, clock, counters,
                                            [this](std::uint32_t kind, std::string payload, Responder responder) {
                                              handle(kind, std::move(payload), std::move(responder));
                                            })) {}

  std::string address() const { return "127.0.0.1:" + std::to_string(server->port()); }
  // Waits until a call of kPark has come, and gives it.
  Responder parked() {
    playhead::test::eventually([this] {
      const std::lock_guard lock(mutex_);
      return !parked_.empty();
    });
    const std::lock_guard lock(mutex_);
    if (parked_.empty()) throw std::runtime_error("no call of kPark has come");
    auto first = std::move(parked_.front());
    parked_.erase(parked_.begin());
    return first;
  }
  std::size_t parked_count() const {
    const std::lock_guard lock(mutex_);
    return parked_.size();
  }

  LinkCounters counters;
  SkewedClock clock;
  Loops loops;

 private:
  void handle(std::uint32_t kind, std::string payload, Responder responder) {
    switch (kind) {
      case kEcho: return responder.answer(std::move(payload));
      case kFail: return responder.fail({"no-such-user", "There is no user " + payload + "."});
      case kPark: {
        const std::lock_guard lock(mutex_);
        return parked_.push_back(std::move(responder));
      }
      case kDrop: return;
      case kSize: return responder.answer(std::string(std::stoul(payload), 'x'));
      default: return responder.fail_unknown_kind();
    }
  }

  mutable std::mutex mutex_;
  std::vector<Responder> parked_;

 public:
  std::unique_ptr<LinkServer> server;
};

// The side that asks.
class Asker {
 public:
  explicit Asker(const LinkOptions& options = quick(), LinkKey its_key = key(), std::size_t threads = 1)
      : loops(threads), peers(std::make_unique<Peers>(loops, std::move(its_key), options, clock, counters)) {}

  Result<std::string> ask(const std::string& address, std::uint32_t kind, std::string payload,
                          std::chrono::milliseconds timeout = kLong) {
    return playhead::test::wait_for<Result<std::string>>(
        [&](auto done) { peers->call(address, kind, std::move(payload), timeout, std::move(done)); });
  }
  // "" for an answer.
  std::string code(const std::string& address, std::uint32_t kind, std::string payload,
                   std::chrono::milliseconds timeout = kLong) {
    const auto outcome = ask(address, kind, std::move(payload), timeout);
    return outcome ? "" : std::string(outcome.error().code);
  }

  LinkCounters counters;
  SkewedClock clock;
  Loops loops;
  std::unique_ptr<Peers> peers;
};

// Outcomes of many calls, or the items of a stream. Callbacks may come after it has gone.
class Outcomes {
 public:
  Peers::Done done(std::size_t call) {
    return [state = state_, call](Result<std::string> outcome) {
      const std::lock_guard lock(state->mutex);
      if (state->calls.size() <= call) state->calls.resize(call + 1);
      state->calls[call].push_back(std::move(outcome));
      ++state->ended;
    };
  }
  Peers::OnItem on_item() {
    return [state = state_](std::string item) {
      const std::lock_guard lock(state->mutex);
      state->items.push_back(std::move(item));
    };
  }
  Peers::OnEnd on_end() {
    return [done = done(0)](Result<void> outcome) mutable {
      done(outcome ? Result<std::string>("") : std::unexpected(std::move(outcome.error())));
    };
  }
  std::size_t ended() const {
    const std::lock_guard lock(state_->mutex);
    return state_->ended;
  }
  // Each entry: all that a call was told.
  std::vector<std::vector<Result<std::string>>> calls() const {
    const std::lock_guard lock(state_->mutex);
    return state_->calls;
  }
  std::vector<std::string> items() const {
    const std::lock_guard lock(state_->mutex);
    return state_->items;
  }

 private:
  struct State {
    std::mutex mutex;
    std::vector<std::vector<Result<std::string>>> calls;
    std::vector<std::string> items;
    std::size_t ended = 0;
  };

  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace playhead::link::test
