#include "server/api/event_stream.h"

#include <algorithm>
#include <utility>

#include "server/api/event_json.h"
#include "server/http/session_context.h"

namespace playhead::server::api {
namespace {

constexpr std::size_t kTellAtOnce = 16;
constexpr std::size_t kTellBelow = 64 * 1024;

// A browser comes back after this. Spread, so that those which one server dropped don't come back together.
std::string retry_line(std::uint64_t seed) {
  return "retry: " + std::to_string(1'000 + seed * 0x9E3779B97F4A7C15u % 2'000) + "\n\n";
}

}  // namespace

EventStream::EventStream(PushServices& push, std::uint32_t worker, std::string_view user)
    : push_(push), user_(user), outbox_(std::make_shared<Outbox>(push.desk(worker), push.options.buffer_bytes)) {
  PushTotals::add(push_.totals.streams);
}

EventStream::~EventStream() {
  outbox_->set_owner(nullptr);
  if (subscription_ != 0) push_.source->unsubscribe(user_, subscription_);
  push_.totals.streams.fetch_sub(1, std::memory_order_relaxed);
  if (context_ != nullptr) context_->take_back(output_);
}

void EventStream::start(SessionContext& context, ProtocolEvents& events, Monotonic now) {
  context_ = &context;
  events_ = &events;
  said_ = output_since_ = now;
  outbox_->set_owner(this);
  const auto subscribed = push_.source->subscribe(user_, outbox_, 0);
  if (!subscribed) return goodbye(subscribed.error().code, now);
  subscription_ = *subscribed;
  put(retry_line(subscription_), now);
}

void EventStream::put(std::string_view text, Monotonic now) {
  if (output_.empty()) {
    context_->lend(output_);
    output_since_ = now;
  }
  output_ += text;
  said_ = now;
}

void EventStream::goodbye(std::string_view reason, Monotonic now) {
  if (std::exchange(ending_, true)) return;
  put(std::string("event: goodbye\ndata: {\"type\":\"goodbye\",\"reason\":\"").append(reason).append("\"}\n\n"), now);
}

void EventStream::tell(Monotonic now) {
  if (!ending_ && outbox_->overflowed()) {
    push_.totals.count(PushDrop::kSlowReader);
    goodbye("reader-too-slow", now);
  }
  while (!ending_ && output().size() < kTellBelow) {
    const auto items = outbox_->take(kTellAtOnce);
    for (const auto& [tag, event] : items) {
      put(std::string("event: ").append(event_type(event->kind)).append("\ndata: "), now);
      put(render_event(*event, {user_}, {}, push_.services.options.rules.thresholds), now);
      put("\n\n", now);
      PushTotals::add(push_.totals.events);
    }
    if (items.size() < kTellAtOnce) break;
  }
}

void EventStream::proceed(Monotonic now) { tell(now); }

void EventStream::on_sent(std::size_t size, Monotonic now) {
  context_->counters().bytes_out += size;
  sent_ += size;
  output_since_ = now;
  if (sent_ < output_.size()) return;
  sent_ = 0;
  context_->take_back(output_);
  if (ending_) {
    state_ = State::kClosed;
  } else {
    tell(now);
  }
}

Monotonic EventStream::deadline() const {
  if (state_ == State::kClosed) return Monotonic::max();
  if (!output().empty()) return output_since_ + context_->options().write_timeout;
  return said_ + push_.options.comment_every;
}

void EventStream::on_deadline(Monotonic now) {
  if (now < deadline()) return;
  if (!output().empty()) {
    context_->counters().count(Trouble::kWriteTimeout);
    state_ = State::kClosed;
    return;
  }
  put(":\n\n", now);
}

void EventStream::drain(Monotonic now) { goodbye("server-stopping", now); }

}  // namespace playhead::server::api
