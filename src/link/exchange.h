#pragma once

// What a request's responder, wherever it is, and its connection know of each other.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "link/loop.h"
#include "link/wire.h"

namespace playhead::link {

class ServerConnection;

class Exchange final : public SendNotice, public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(std::uint64_t its_id, std::uint32_t its_kind, std::size_t its_max_waiting_bytes,
           std::shared_ptr<Mailbox> its_mailbox, std::weak_ptr<ServerConnection> its_connection)
      : id(its_id),
        kind(its_kind),
        max_waiting_bytes(its_max_waiting_bytes),
        mailbox(std::move(its_mailbox)),
        connection(std::move(its_connection)) {}

  // The loop's thread. Calls on_ready when a push was refused and there is room again.
  void look_for_room();
  void sent(std::size_t payload_bytes) override;
  void cancel();

  const std::uint64_t id;
  const std::uint32_t kind;
  const std::size_t max_waiting_bytes;
  const std::shared_ptr<Mailbox> mailbox;
  const std::weak_ptr<ServerConnection> connection;
  // Any thread.
  std::atomic<bool> cancelled{false};
  std::atomic<std::size_t> waiting_bytes{0};
  std::atomic<bool> overflowed{false};
  // The loop's thread.
  bool lasts = false;
  std::move_only_function<void()> on_ready;
  std::move_only_function<void()> on_cancel;
};

}  // namespace playhead::link
