#include "server/api/socket.h"

#include <algorithm>
#include <utility>

#include "server/api/acks.h"
#include "server/api/event_json.h"
#include "server/api/intake.h"
#include "server/api/json_writer.h"

namespace playhead::server::api {
namespace {

// Messages whose acks are outstanding: more than a disk needs to be busy, and a bound on what is remembered of each.
constexpr std::size_t kMaxWaiting = 64;
// Snapshots that may be on their way at a time; each holds some 50 items.
constexpr std::size_t kMaxJoining = 16;
// Events are turned into text a few at a time, so that newer ones replace those for which the peer has no room yet.
constexpr std::size_t kTellAtOnce = 16;
constexpr std::size_t kTellBelow = 64 * 1024;
constexpr unsigned kBusyRetryAfter_s = 2, kTroubleRetryAfter_s = 5;

// Kept by each worker's thread.
struct Scratch {
  const PushServices* owner = nullptr;
  std::unique_ptr<MessageParser> parser;
  MessageRef ref;
  std::string updates;
};

Scratch& scratch_of(const PushServices& push) {
  thread_local Scratch scratch;
  if (scratch.owner != &push) {
    scratch.owner = &push;
    scratch.parser = std::make_unique<MessageParser>(push.services.options.limits);
  }
  scratch.updates.clear();
  return scratch;
}

void append_ref(std::string& out, const MessageRef& ref) {
  if (ref.kind == MessageRef::Kind::kNone) return;
  out += R"(,"ref":)";
  if (ref.kind == MessageRef::Kind::kInteger) {
    out += ref.text;
  } else {
    append_json_string(out, ref.text);
  }
}

}  // namespace

Socket::Socket(PushServices& push, std::uint32_t worker) : push_(push), place_(push.acks.admit(worker, *this)) {
  PushTotals::add(push_.totals.sockets);
}

Socket::~Socket() {
  push_.acks.dismiss(place_);
  if (outbox_) outbox_->set_owner(nullptr);
  for (const auto& one : followed_) push_.source->unsubscribe(one.user, one.subscription);
  push_.totals.sockets.fetch_sub(1, std::memory_order_relaxed);
}

void Socket::on_open(ws::WebSocket& socket, Monotonic now) {
  socket_ = &socket;
  opened_ = now;
  // This one is among them.
  if (push_.connections() > push_.options.connections) {
    drop(PushDrop::kTooMany, kCloseTooMany, "This server has as many connections as it takes.");
  }
}

void Socket::drop(PushDrop why, std::uint16_t code, std::string_view reason) {
  if (socket_->closing()) return;
  push_.totals.count(why);
  socket_->close(code, reason);
}

Monotonic Socket::deadline() const { return greeted_ ? Monotonic::max() : opened_ + push_.options.hello_timeout; }

void Socket::on_deadline(Monotonic) {
  if (!greeted_) drop(PushDrop::kNoHello, kCloseNoHello, "The first message is hello, and it did not come.");
}

bool Socket::wants_messages() const { return waiting_.size() - answered_ < kMaxWaiting && joining_ < kMaxJoining; }

void Socket::on_message(std::string_view text, std::size_t readable_past_end, Monotonic now) {
  auto& scratch = scratch_of(push_);
  PushTotals::add(push_.totals.messages);
  const auto message = scratch.parser->parse(text, readable_past_end, scratch.ref);
  if (!message && message.error().code == "invalid-utf8") {
    return drop(PushDrop::kProtocolError, 1007, "A text message is valid UTF-8.");
  }
  if (!greeted_ && (!message || message->type != MessageType::kHello)) {
    return drop(PushDrop::kProtocolError, kCloseProtocol, "The first message is {\"type\":\"hello\"}.");
  }
  if (!message) {
    push_.services.intake.reject();
    return refuse(scratch.ref, message.error());
  }
  take(*message, scratch.ref, now);
}

void Socket::take(const SocketMessage& message, MessageRef& ref, Monotonic now) {
  switch (message.type) {
    case MessageType::kHello: greeted_ = true; return welcome();
    case MessageType::kToken: return;
    case MessageType::kProgress: return progress(*message.progress, ref, now);
    case MessageType::kSubscribe: return follow(message.user, ref);
    case MessageType::kUnsubscribe: return unfollow(message.user, ref);
  }
}

void Socket::welcome() {
  auto& out = socket_->begin_text();
  out += R"({"type":"welcome")";
  out += push_.acks.tail(log::Durability::kDisk, 0);
  socket_->end_text();
}

void Socket::refuse(const MessageRef& ref, const Error& error, unsigned retry_after_s) {
  auto& out = socket_->begin_text();
  out += R"({"type":"error")";
  append_ref(out, ref);
  JsonWriter json;
  json.text("code", error.code).text("detail", error.detail);
  if (retry_after_s > 0) json.integer("retryAfter", retry_after_s);
  out.append(",").append(json.str()).append("}");
  socket_->end_text();
}

void Socket::progress(const ProgressRequest& request, MessageRef& ref, Monotonic now) {
  auto& updates = scratch_of(push_).updates;
  Taken taken;
  if (request.batch) {
    taken = take_batch(push_.services, request, updates);
  } else {
    const auto& heartbeat = *request.updates.front();
    if (const auto refused = refuse_order(heartbeat, push_.services.options.rules.ordering)) {
      push_.services.intake.reject();
      return refuse(ref, *refused);
    }
    append_stamped(push_.services, heartbeat, updates);
    taken.accepted = 1;
  }
  PushTotals::add(push_.totals.updates, taken.accepted);
  Waiting waiting{.ref = ref, .arrived = now, .accepted = taken.accepted, .rejected = std::move(taken.rejected)};
  if (waiting.accepted == 0) {
    append_ack(socket_->begin_text(), waiting, push_.acks.tail(log::Durability::kDisk, 0));
    return socket_->end_text();
  }
  if (answered_ == waiting_.size()) {
    first_sequence_ += static_cast<std::uint32_t>(answered_);
    waiting_.clear();
    answered_ = 0;
  }
  const auto sequence = first_sequence_ + static_cast<std::uint32_t>(waiting_.size());
  if (!push_.acks.submit(place_, sequence, updates, taken.accepted)) {
    const Error full{"overloaded",
                     "The queue is full: the disk does not keep up. Nothing was stored; send the same again later."};
    return refuse(ref, full, kBusyRetryAfter_s);
  }
  waiting_.push_back(std::move(waiting));
}

void Socket::append_ack(std::string& out, const Waiting& waiting, std::string_view tail) const {
  out += R"({"type":"ack")";
  append_ref(out, waiting.ref);
  out += R"(,"accepted":)";
  out += std::to_string(waiting.accepted);
  out += R"(,"rejected":[)";
  out.append(waiting.rejected).append("]").append(tail);
}

void Socket::on_ack(std::uint32_t sequence, std::string_view tail, const Error* failure, Monotonic now) {
  const std::uint32_t index = sequence - first_sequence_;
  if (index >= waiting_.size() || waiting_[index].answered) return;
  auto& waiting = waiting_[index];
  waiting.answered = true;
  if (failure != nullptr) {
    refuse(waiting.ref, unavailable(*failure).error, kTroubleRetryAfter_s);
  } else {
    append_ack(socket_->begin_text(), waiting, tail);
    socket_->end_text();
    push_.totals.ack_us.observe((now - waiting.arrived) / std::chrono::microseconds(1));
  }
  while (answered_ < waiting_.size() && waiting_[answered_].answered) ++answered_;
  if (answered_ == waiting_.size() || answered_ >= kMaxWaiting) {
    first_sequence_ += static_cast<std::uint32_t>(answered_);
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(answered_));
    answered_ = 0;
  }
  socket_->announce();
}

void Socket::follow(const model::IdView& user, const MessageRef& ref) {
  if (push_.source == nullptr) {
    return refuse(ref, {"live-unavailable", "This server does not tell of changes; ask for the state instead."});
  }
  const auto known = std::ranges::find(followed_, user.text, &Followed::user);
  if (known != followed_.end()) {
    push_.source->unsubscribe(known->user, known->subscription);
    if (known->waits) --joining_;
    outbox_->drop(known->tag);
    followed_.erase(known);
  }
  if (followed_.size() >= push_.options.users_per_socket) {
    return refuse(ref, {"too-many-subscriptions", "One connection follows at most " +
                                                      std::to_string(push_.options.users_per_socket) + " users."});
  }
  if (!outbox_) {
    outbox_ = std::make_shared<Outbox>(push_.desk(place_.worker), push_.options.buffer_bytes);
    outbox_->set_owner(this);
  }
  const auto tag = ++last_tag_;
  followed_.push_back({.tag = tag,
                       .subscription = 0,
                       .user = std::string(user.text),
                       .integer = user.integer,
                       .waits = true,
                       .ref = ref});
  ++joining_;
  const auto subscribed = push_.source->subscribe(user.text, outbox_, tag);
  if (!subscribed) {
    followed_.pop_back();
    --joining_;
    return refuse(ref, subscribed.error(), kTroubleRetryAfter_s);
  }
  followed_.back().subscription = *subscribed;
}

void Socket::unfollow(const model::IdView& user, const MessageRef& ref) {
  const auto known = std::ranges::find(followed_, user.text, &Followed::user);
  if (known != followed_.end()) {
    push_.source->unsubscribe(known->user, known->subscription);
    if (known->waits) --joining_;
    outbox_->drop(known->tag);
    followed_.erase(known);
  }
  auto& out = socket_->begin_text();
  out += R"({"type":"unsubscribed")";
  append_ref(out, ref);
  JsonWriter json;
  json.id("userId", user).end_object();
  out.append(",").append(json.str());
  socket_->end_text();
}

void Socket::on_pushed() { socket_->announce(); }

void Socket::on_room(Monotonic) {
  if (!outbox_ || socket_->closing()) return;
  if (outbox_->overflowed()) {
    return drop(PushDrop::kSlowReader, kCloseSlow, "More has changed than is kept for a reader this slow.");
  }
  while (socket_->backlog() < kTellBelow) {
    const auto items = outbox_->take(kTellAtOnce);
    for (const auto& item : items) tell(item);
    if (items.size() < kTellAtOnce) break;
  }
}

void Socket::tell(const Outbox::Item& item) {
  const auto found = std::ranges::lower_bound(followed_, item.tag, {}, &Followed::tag);
  if (found == followed_.end() || found->tag != item.tag) return;
  std::string fields;
  if (item.event->kind == push::EventKind::kSnapshot && std::exchange(found->waits, false)) {
    --joining_;
    append_ref(fields, found->ref);
    found->ref = {};
  }
  PushTotals::add(push_.totals.events);
  socket_->send_text(render_event(*item.event, {found->user, found->integer},
                                  std::string_view(fields).substr(fields.empty() ? 0 : 1),
                                  push_.services.options.rules.thresholds));
}

}  // namespace playhead::server::api
