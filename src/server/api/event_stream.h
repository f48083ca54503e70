#pragma once

// GET /v1/users/{user}/events: server-sent events (the HTML standard, 9.2) of one user, until one side ends it.

#include <memory>
#include <string>
#include <string_view>

#include "server/api/outbox.h"
#include "server/api/push_services.h"
#include "server/http/protocol.h"

namespace playhead::server::api {

class EventStream final : public Protocol, private OutboxOwner {
 public:
  EventStream(PushServices& push, std::uint32_t worker, std::string_view user);
  ~EventStream() override;
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;

  void start(SessionContext& context, ProtocolEvents& events, Monotonic now) override;
  void on_bytes(std::string_view, Monotonic) override {}
  void on_end_of_input(Monotonic) override { state_ = State::kClosed; }
  void on_sent(std::size_t size, Monotonic now) override;
  void on_deadline(Monotonic now) override;
  void proceed(Monotonic now) override;
  void drain(Monotonic now) override;
  std::string_view output() const override { return std::string_view(output_).substr(sent_); }
  State state() const override { return state_; }
  bool wants_input() const override { return state_ != State::kClosed; }
  Monotonic deadline() const override;

 private:
  void on_pushed() override { events_->answered_late(); }
  void tell(Monotonic now);
  void put(std::string_view text, Monotonic now);
  void goodbye(std::string_view reason, Monotonic now);

  PushServices& push_;
  const std::string user_;
  const std::shared_ptr<Outbox> outbox_;
  push::SubscriptionId subscription_ = 0;
  SessionContext* context_ = nullptr;
  ProtocolEvents* events_ = nullptr;
  State state_ = State::kOpen;
  bool ending_ = false;
  std::string output_;
  std::size_t sent_ = 0;
  Monotonic said_;          // when anything was last said
  Monotonic output_since_;  // when the peer last took a byte, or the output began
};

}  // namespace playhead::server::api
