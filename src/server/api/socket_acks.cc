#include "server/api/socket_acks.h"

#include <optional>
#include <utility>

#include "server/api/acks.h"
#include "server/api/json_writer.h"

namespace playhead::server::api {
namespace {

apply::Token pack(const SocketPlace& place, std::uint32_t sequence, std::uint64_t count) {
  return {(std::uint64_t{place.worker} << 32) | place.index, place.generation, (count << 32) | sequence};
}

}  // namespace

SocketAcks::SocketAcks(apply::Committer& committer, const Clock& clock, apply::Pacing& pacing, unsigned workers)
    : committer_(committer), clock_(clock), pacing_(pacing), lane_(committer.add_lane(*this)), tables_(workers) {}

SocketPlace SocketAcks::admit(std::uint32_t worker, AckedSocket& socket) {
  auto& table = tables_[worker];
  if (table.free.empty()) {
    table.free.push_back(static_cast<std::uint32_t>(table.slots.size()));
    table.slots.emplace_back();
  }
  const auto index = table.free.back();
  table.free.pop_back();
  table.slots[index].socket = &socket;
  return {.worker = worker, .index = index, .generation = table.slots[index].generation};
}

void SocketAcks::dismiss(const SocketPlace& place) {
  auto& table = tables_[place.worker];
  table.slots[place.index].socket = nullptr;
  ++table.slots[place.index].generation;
  table.free.push_back(place.index);
}

bool SocketAcks::submit(const SocketPlace& place, std::uint32_t sequence, std::string_view updates,
                        std::uint64_t count) {
  return committer_.submit(lane_, updates, pack(place, sequence, count), count);
}

std::string SocketAcks::tail(log::Durability durability, std::uint64_t count) const {
  JsonWriter json;
  json.text("durability", durability_name(durability)).time("serverTime", clock_.now_ms());
  json.seconds("nextInSeconds", next_in(pacing_, count, clock_).count()).end_object();
  return "," + json.str();
}

void SocketAcks::committed(std::vector<apply::Token> tokens, const Result<log::Durability>& outcome) {
  std::vector<std::vector<apply::Token>> by_worker(tables_.size());
  std::vector<std::uint64_t> updates(tables_.size());
  for (const auto& token : tokens) {
    by_worker[token[0] >> 32].push_back(token);
    updates[token[0] >> 32] += token[2] >> 32;
  }
  for (unsigned worker = 0; worker < by_worker.size(); ++worker) {
    if (by_worker[worker].empty()) continue;
    // Each worker its own tail, and so its own next interval: a fleet must not beat in step.
    server_->post(worker, [this, worker, own = std::move(by_worker[worker]),
                           tail = outcome ? tail(*outcome, updates[worker]) : std::string(),
                           failure = outcome ? std::optional<Error>() : std::optional(outcome.error())] {
      answer(tables_[worker], own, tail, failure ? &*failure : nullptr);
    });
  }
}

void SocketAcks::answer(Table& table, const std::vector<apply::Token>& tokens, std::string_view tail,
                        const Error* failure) const {
  const auto now = clock_.monotonic();
  for (const auto& token : tokens) {
    const auto& slot = table.slots[static_cast<std::uint32_t>(token[0])];
    if (slot.socket == nullptr || slot.generation != token[1]) continue;
    slot.socket->on_ack(static_cast<std::uint32_t>(token[2]), tail, failure, now);
  }
}

}  // namespace playhead::server::api
