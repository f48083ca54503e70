#pragma once

// One client of GET /v1/socket: updates in and acks out, users followed and events out (docs/protocol.md).

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/api/outbox.h"
#include "server/api/push_services.h"
#include "server/api/socket_message.h"
#include "server/ws/web_socket.h"

namespace playhead::server::api {

// Close codes of the application.
inline constexpr std::uint16_t kCloseProtocol = 4400, kCloseNoHello = 4408, kCloseSlow = 4413, kCloseTooMany = 4429;

class Socket final : public ws::Application, private AckedSocket, private OutboxOwner {
 public:
  Socket(PushServices& push, std::uint32_t worker);
  ~Socket() override;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void on_open(ws::WebSocket& socket, Monotonic now) override;
  void on_message(std::string_view text, std::size_t readable_past_end, Monotonic now) override;
  void on_room(Monotonic now) override;
  bool wants_messages() const override;
  bool owes() const override { return waiting_.size() > answered_; }
  Monotonic deadline() const override;
  void on_deadline(Monotonic now) override;

 private:
  // A message whose updates are on their way to the disk.
  struct Waiting {
    MessageRef ref;
    Monotonic arrived;
    std::uint64_t accepted = 0;
    std::string rejected;  // JSON objects with commas between
    bool answered = false;
  };
  struct Followed {
    std::uint64_t tag;
    push::SubscriptionId subscription;
    std::string user;
    bool integer;
    bool waits;  // for its first snapshot
    MessageRef ref;
  };

  void take(const SocketMessage& message, MessageRef& ref, Monotonic now);
  void progress(const ProgressRequest& request, MessageRef& ref, Monotonic now);
  void follow(const model::IdView& user, const MessageRef& ref);
  void unfollow(const model::IdView& user, const MessageRef& ref);
  void welcome();
  void refuse(const MessageRef& ref, const Error& error, unsigned retry_after_s = 0);
  void drop(PushDrop why, std::uint16_t code, std::string_view reason);
  void tell(const Outbox::Item& item);
  void append_ack(std::string& out, const Waiting& waiting, std::string_view tail) const;

  void on_ack(std::uint32_t sequence, std::string_view tail, const Error* failure, Monotonic now) override;
  void on_pushed() override;

  PushServices& push_;
  const SocketPlace place_;
  ws::WebSocket* socket_ = nullptr;
  bool greeted_ = false;
  bool counted_ = false;
  Monotonic opened_;
  std::vector<Waiting> waiting_;  // in order; those answered go when all before them are
  std::size_t answered_ = 0;      // at the beginning of waiting_
  std::uint32_t first_sequence_ = 0;
  std::vector<Followed> followed_;  // by tag
  std::uint64_t last_tag_ = 0;
  std::size_t joining_ = 0;         // of followed_, those that wait for a snapshot
  std::shared_ptr<Outbox> outbox_;  // once somebody is followed
};

}  // namespace playhead::server::api
