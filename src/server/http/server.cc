#include "server/http/server.h"

#include <prometheus/registry.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <type_traits>
#include <utility>

#include "server/http/listener.h"
#include "server/http/metrics.h"
#include "server/http/worker.h"

namespace playhead::server {

namespace {

template <class Items, class TokenOf>
auto split_by_worker(Items&& items, std::size_t workers, TokenOf token_of) {
  using Item = std::remove_cvref_t<decltype(*items.begin())>;
  std::vector<std::vector<Item>> by_worker(workers);
  for (auto& item : items) {
    const ReplyToken token = token_of(item);
    if (token.worker < workers) by_worker[token.worker].push_back(std::move(item));
  }
  return by_worker;
}

}  // namespace

struct Server::State {
  State(ServerOptions wanted, Router table, const Clock& time, prometheus::Registry& registry)
      : options(std::move(wanted)), router(std::move(table)), clock(time), metrics(registry, router) {}

  const ServerOptions options;
  const Router router;
  const Clock& clock;
  HttpMetrics metrics;
  std::vector<std::unique_ptr<Worker>> workers;
  std::uint16_t port = 0;
  std::mutex mutex;
  std::condition_variable drained;
  std::size_t drained_workers = 0;
};

Server::Server(ServerOptions options, Router router, const Clock& clock, prometheus::Registry& registry)
    : state_(std::make_unique<State>(std::move(options), std::move(router), clock, registry)) {
  for (unsigned i = 0; i < state_->options.workers; ++i) {
    Worker::AfterRound after_round;
    if (state_->options.after_round) after_round = [this, i] { state_->options.after_round(i); };
    state_->workers.push_back(std::make_unique<Worker>(i, state_->options.http, state_->router, clock,
                                                       state_->metrics, std::move(after_round)));
  }
}

Server::~Server() {
  for (const auto& worker : state_->workers) worker->stop();
}

void Server::start() {
  const ServerOptions& options = state_->options;
  const bool shared = options.workers > 1;
  // Sockets that share a port don't mind another process of the same user that shares it: this one does.
  if (shared && options.port != 0) ::close(open_listener(options.address, options.port, false));
  state_->port = options.port;
  std::vector<int> listeners;
  try {
    for (unsigned i = 0; i < options.workers; ++i) {
      listeners.push_back(open_listener(options.address, state_->port, shared));
      state_->port = port_of(listeners.back());
    }
  } catch (...) {
    for (const int listener : listeners) ::close(listener);
    throw;
  }
  for (unsigned i = 0; i < options.workers; ++i) state_->workers[i]->start(listeners[i]);
}

std::uint16_t Server::port() const { return state_->port; }

bool Server::drain(std::chrono::milliseconds at_most) {
  State& state = *state_;
  for (const auto& worker : state.workers) {
    worker->drain([&state] {
      const std::lock_guard lock(state.mutex);
      ++state.drained_workers;
      state.drained.notify_all();
    });
  }
  {
    std::unique_lock lock(state.mutex);
    state.drained.wait_for(lock, at_most, [&] { return state.drained_workers >= state.workers.size(); });
  }
  std::size_t cut = 0;
  for (const auto& worker : state.workers) cut += worker->stop();
  return cut == 0;
}

void Server::complete(std::span<const ReplyToken> tokens, const Answer& answer) {
  auto by_worker = split_by_worker(tokens, state_->workers.size(), [](const ReplyToken& token) { return token; });
  for (std::size_t i = 0; i < by_worker.size(); ++i) {
    if (by_worker[i].empty()) continue;
    state_->workers[i]->post([own = std::move(by_worker[i]), answer](SessionContext& context) {
      const auto give = [&](const auto& one) {
        for (const ReplyToken& token : own) context.answer(token, one);
      };
      std::visit(give, answer);
    });
  }
}

void Server::complete(std::vector<CompletedReply> replies) {
  auto by_worker =
      split_by_worker(replies, state_->workers.size(), [](const CompletedReply& reply) { return reply.token; });
  for (std::size_t i = 0; i < by_worker.size(); ++i) {
    if (by_worker[i].empty()) continue;
    state_->workers[i]->post([own = std::move(by_worker[i])](SessionContext& context) {
      for (const CompletedReply& reply : own) context.answer(reply.token, reply.answer);
    });
  }
}

void Server::post(unsigned worker, std::move_only_function<void()> task) {
  state_->workers.at(worker)->post([task = std::move(task)](SessionContext&) mutable { task(); });
}

}  // namespace playhead::server
