#include "link/peers.h"

#include <functional>
#include <utility>

namespace playhead::link {
namespace {

// Calls of this node without an end, to all peers together. What is refused beyond takes no memory for its payload.
constexpr std::size_t kMaxCalls = 65'536;
constexpr std::size_t kMaxStreams = 1'048'576;

}  // namespace

void Subscription::cancel() {
  if (!mailbox_) return;
  mailbox_->post([table = table_, address = address_, id = id_] {
    if (const auto peers = table.lock()) peers->cancel(address, id);
  });
}

Peers::Peers(Loops& loops, const LinkKey& key, const LinkOptions& options, const Clock& clock, LinkCounters& counters)
    : loops_(loops), context_(new PeerContext{options, counters, clock, CipherSuite(key)}) {
  for (std::size_t i = 0; i < loops.size(); ++i) {
    tables_.push_back(std::make_shared<PeerTable>(context_, clocks_, counts_, loops.at(i)));
  }
}

Peers::~Peers() {
  for (std::size_t i = 0; i < loops_.size(); ++i) loops_.at(i).run([&] { tables_[i]->stop(); });
}

std::size_t Peers::loop_of(std::string_view address) const {
  return std::hash<std::string_view>()(address) % loops_.size();
}

std::uint64_t Peers::begin(std::string_view address, Call call) {
  const auto id = next_id_++;
  const auto loop = loop_of(address);
  const bool lasts = call.lasts();
  const auto most = lasts ? kMaxStreams : kMaxCalls;
  if (counts_.of(lasts).fetch_add(1) >= most) {
    --counts_.of(lasts);
    ++context_->counters.calls;
    ++context_->counters.failed_busy;
    loops_.at(loop).mailbox()->post([most, done = std::move(call.done)]() mutable {
      done(fail("peer-busy", "This node has " + std::to_string(most) +
                                 " requests to other nodes without an answer and makes no more now."));
    });
    return id;
  }
  loops_.at(loop).mailbox()->post([table = tables_[loop], address = std::string(address), id,
                                   call = std::move(call)]() mutable { table->call(address, id, std::move(call)); });
  return id;
}

void Peers::call(std::string_view address, std::uint32_t kind, std::string payload, std::chrono::milliseconds timeout,
                 Done done) {
  begin(address, {.kind = kind,
                  .payload = std::move(payload),
                  .deadline = std::chrono::steady_clock::now() + timeout,
                  .done = std::move(done)});
}

Subscription Peers::stream(std::string_view address, std::uint32_t kind, std::string payload, OnItem on_item,
                           OnEnd on_end) {
  Subscription subscription;
  const auto loop = loop_of(address);
  subscription.mailbox_ = loops_.at(loop).mailbox();
  subscription.table_ = tables_[loop];
  subscription.address_ = address;
  subscription.id_ = begin(address, {.kind = kind,
                                     .payload = std::move(payload),
                                     .deadline = Call::Time::max(),
                                     .on_item = std::move(on_item),
                                     .done = [on_end = std::move(on_end)](Result<std::string> outcome) mutable {
                                       if (outcome) return on_end({});
                                       on_end(std::unexpected(std::move(outcome.error())));
                                     }});
  return subscription;
}

void Peers::keep(const std::set<std::string>& addresses) {
  std::vector<std::set<std::string>> shares(loops_.size());
  for (const auto& address : addresses) shares[loop_of(address)].insert(address);
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    loops_.at(i).mailbox()->post([table = tables_[i], share = std::move(shares[i])] { table->keep(share); });
  }
}

std::optional<std::chrono::milliseconds> Peers::clock_offset(const std::string& address) const {
  const auto offsets = clocks_.read();
  const auto found = offsets.find(address);
  if (found == offsets.end()) return std::nullopt;
  return found->second.offset;
}

std::optional<std::chrono::milliseconds> Peers::worst_clock_offset() const {
  std::optional<std::chrono::milliseconds> worst;
  for (const auto& [address, sample] : clocks_.read()) {
    if (!worst || abs(sample.offset) > abs(*worst)) worst = sample.offset;
  }
  return worst;
}

}  // namespace playhead::link
