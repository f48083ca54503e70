#include "link/server.h"

#include <utility>

#include "link/listener.h"

namespace playhead::link {

LinkServer::LinkServer(Loops& loops, const std::string& address, std::uint16_t port, const LinkKey& key,
                       const LinkOptions& options, const Clock& clock, LinkCounters& counters, Handler handler)
    : loops_(loops), context_(new ServerContext{options, counters, clock, std::move(handler), CipherSuite(key)}) {
  for (std::size_t i = 0; i < loops.size(); ++i)
    shares_.push_back(std::make_shared<ServerLoop>(*context_, loops.at(i)));
  listener_ = std::make_shared<Listener>(loops, address, port, [this](std::size_t loop, Listener::Socket socket) {
    loops_.at(loop).mailbox()->post([share = shares_[loop], context = context_,
                                     socket = std::move(socket)]() mutable { share->add(std::move(socket)); });
  });
  port_ = listener_->port();
  loops_.at(0).mailbox()->post([listener = listener_] { listener->start(); });
}

LinkServer::~LinkServer() {
  loops_.at(0).run([&] { listener_->stop(); });
  for (std::size_t i = 0; i < loops_.size(); ++i) loops_.at(i).run([&] { shares_[i]->stop(); });
}

}  // namespace playhead::link
