#pragma once

// One connection on the side that answers: requests in, their answers out, in any order.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "base/error.h"
#include "link/exchange.h"
#include "link/responder.h"
#include "link/wire.h"

namespace playhead::link {

// On the link's thread, which it must not hold up. Bad input is the handler's to refuse.
using Handler = std::function<void(std::uint32_t kind, std::string payload, Responder responder)>;

// What all of a server's connections share.
struct ServerContext {
  LinkOptions options;
  LinkCounters& counters;
  const Clock& clock;
  Handler handler;
  CipherSuite suite;
};

class ServerConnection;

class ServerConnectionHost {
 public:
  virtual void opened(ServerConnection& connection) = 0;
  // Destroys the connection, later.
  virtual void lost(ServerConnection& connection, Loss loss) = 0;

 protected:
  ~ServerConnectionHost() = default;
};

// On its loop's thread.
class ServerConnection final : public WireEvents, public std::enable_shared_from_this<ServerConnection> {
 public:
  // `peer`: its address, for the log. Call start() next.
  ServerConnection(ServerContext& context, ServerConnectionHost& host, Loop& loop, Wire::Socket socket,
                   std::string peer);
  ~ServerConnection();
  ServerConnection(const ServerConnection&) = delete;
  ServerConnection& operator=(const ServerConnection&) = delete;

  void start() { wire_->start(); }
  // Ends it without a word to the host.
  void stop();
  const std::string& peer() const { return peer_; }

  // A responder's words.
  void answer(const std::shared_ptr<Exchange>& exchange, std::string payload);
  void fail(const std::shared_ptr<Exchange>& exchange, const Error& error);
  void push(const std::shared_ptr<Exchange>& exchange, std::string item);
  void lasts(const std::shared_ptr<Exchange>& exchange);
  void count_overflow();

 private:
  void on_open() override;
  void on_frame(Frame frame) override;
  void on_lost(Loss loss, const std::string& reason) override;
  void on_request(Frame frame);
  void refuse(std::uint64_t id, const Error& error);
  // Ends the exchange; false: it has ended before.
  bool end(const std::shared_ptr<Exchange>& exchange);
  void cancel_all();

  ServerContext& context_;
  ServerConnectionHost& host_;
  const std::shared_ptr<Mailbox> mailbox_;
  const std::string peer_;
  const std::shared_ptr<Wire> wire_;
  // What has no answer yet.
  std::unordered_map<std::uint64_t, std::shared_ptr<Exchange>> exchanges_;
  std::size_t lasting_ = 0;  // of them
  bool stopped_ = false;
};

}  // namespace playhead::link
