#pragma once

// The way of a socket's updates to the log and back: messages are handed to the committer and acknowledged when their
// record is durable, all of one record in one hand-over a worker.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "apply/committer.h"
#include "apply/pacing.h"
#include "base/clock.h"
#include "server/http/server.h"

namespace playhead::server::api {

// Whoever waits for acks, on its worker's thread.
class AckedSocket {
 public:
  // `tail` is what all acks of the record end with; empty when it failed.
  virtual void on_ack(std::uint32_t sequence, std::string_view tail, const Error* failure, Monotonic now) = 0;

 protected:
  ~AckedSocket() = default;
};

// Names a socket of a worker; worthless once it has left, and never given to another.
struct SocketPlace {
  std::uint32_t worker = 0;
  std::uint32_t index = 0;
  std::uint32_t generation = 0;
};

class SocketAcks final : public apply::CommitLane {
 public:
  SocketAcks(apply::Committer& committer, const Clock& clock, apply::Pacing& pacing, unsigned workers);
  void attach(Server& server) { server_ = &server; }

  // The worker's thread, as all but committed().
  SocketPlace admit(std::uint32_t worker, AckedSocket& socket);
  void dismiss(const SocketPlace& place);
  // As Committer::submit(); on_ack() comes with this sequence. `count`: of the updates.
  [[nodiscard]] bool submit(const SocketPlace& place, std::uint32_t sequence, std::string_view updates,
                            std::uint64_t count);

  // `,"durability":"disk","serverTime":…,"nextInSeconds":…}` for so many updates.
  std::string tail(log::Durability durability, std::uint64_t count) const;

  void committed(std::vector<apply::Token> tokens, const Result<log::Durability>& outcome) override;

 private:
  struct Slot {
    AckedSocket* socket = nullptr;
    std::uint32_t generation = 0;
  };
  struct Table {
    std::vector<Slot> slots;
    std::vector<std::uint32_t> free;
  };
  void answer(Table& table, const std::vector<apply::Token>& tokens, std::string_view tail,
              const Error* failure) const;

  apply::Committer& committer_;
  const Clock& clock_;
  apply::Pacing& pacing_;
  const std::size_t lane_;
  Server* server_ = nullptr;
  std::vector<Table> tables_;  // by worker
};

}  // namespace playhead::server::api
