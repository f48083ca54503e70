#include "link/responder.h"

#include <utility>

#include "link/exchange.h"
#include "link/frame.h"
#include "link/server_connection.h"

namespace playhead::link {
namespace {

// Runs `act(connection, exchange)` on the loop's thread, unless the connection is gone by then.
template <class Act>
void on_loop(const std::shared_ptr<Exchange>& exchange, Act&& act) {
  exchange->mailbox->post([exchange, act = std::forward<Act>(act)]() mutable {
    if (const auto connection = exchange->connection.lock()) act(*connection, exchange);
  });
}

}  // namespace

void Exchange::look_for_room() {
  if (waiting_bytes > max_waiting_bytes / 2 || !overflowed.exchange(false)) return;
  if (on_ready) on_ready();
}

void Exchange::sent(std::size_t payload_bytes) {
  waiting_bytes -= payload_bytes;
  if (overflowed) look_for_room();
}

void Exchange::cancel() {
  if (cancelled.exchange(true)) return;
  // Both may hold the responder, which holds this.
  on_ready = nullptr;
  if (auto call = std::exchange(on_cancel, {})) call();
}

Responder& Responder::operator=(Responder&& other) noexcept {
  std::swap(exchange_, other.exchange_);
  return *this;
}

Responder::~Responder() {
  if (exchange_) fail({"no-answer", "The peer's handler ended without an answer; its log may say more."});
}

void Responder::answer(std::string payload) {
  if (!exchange_) return;
  on_loop(std::exchange(exchange_, {}), [payload = std::move(payload)](auto& connection, auto& exchange) mutable {
    connection.answer(exchange, std::move(payload));
  });
}

void Responder::fail(const Error& error) {
  if (!exchange_) return;
  on_loop(std::exchange(exchange_, {}),
          [error](auto& connection, auto& exchange) { connection.fail(exchange, error); });
}

void Responder::fail_unknown_kind() {
  if (!exchange_) return;
  fail({"unknown-kind", "The peer knows no requests of kind " + std::to_string(exchange_->kind) +
                            "; it runs an older release than this node, or a newer one that gave them up."});
}

void Responder::lasts() {
  if (!exchange_) return;
  on_loop(exchange_, [](auto& connection, auto& exchange) { connection.lasts(exchange); });
}

Push Responder::push(std::string item) {
  if (!exchange_ || exchange_->cancelled) return Push::kGone;
  const auto size = item.size();
  const auto before = exchange_->waiting_bytes.fetch_add(size);
  if (before > 0 && before + size > exchange_->max_waiting_bytes) {
    exchange_->waiting_bytes -= size;
    const bool first = !exchange_->overflowed.exchange(true);
    on_loop(exchange_, [first](auto& connection, auto& exchange) {
      connection.count_overflow();
      // What waited may have been sent just before it was known that someone wants to hear of it.
      if (first) exchange->look_for_room();
    });
    return Push::kFull;
  }
  on_loop(exchange_, [item = std::move(item)](auto& connection, auto& exchange) mutable {
    connection.push(exchange, std::move(item));
  });
  return Push::kTaken;
}

void Responder::on_ready(std::move_only_function<void()> ready) {
  if (!exchange_) return;
  exchange_->mailbox->post([exchange = exchange_, ready = std::move(ready)]() mutable {
    if (!exchange->cancelled) exchange->on_ready = std::move(ready);
  });
}

void Responder::on_cancel(std::move_only_function<void()> cancel) {
  if (!exchange_) return;
  exchange_->mailbox->post([exchange = exchange_, cancel = std::move(cancel)]() mutable {
    if (exchange->cancelled) return cancel();
    exchange->on_cancel = std::move(cancel);
  });
}

bool Responder::cancelled() const { return !exchange_ || exchange_->cancelled; }

}  // namespace playhead::link
