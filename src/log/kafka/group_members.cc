#include "log/kafka/group_members.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>

#include "log/kafka/client_id.h"

namespace playhead::log::kafka {
namespace {

struct DestroyGroups {
  void operator()(const rd_kafka_group_list* list) const { rd_kafka_group_list_destroy(list); }
};

// Reads the protocol's numbers and strings, which are big-endian; once something is missing, all is 0.
class Reader {
 public:
  Reader(const void* bytes, int size) : rest_(static_cast<const char*>(bytes), static_cast<std::size_t>(size)) {}

  std::int32_t number(std::size_t bytes) {
    std::uint32_t value = 0;
    for (const char byte : take(bytes)) value = value << 8 | static_cast<unsigned char>(byte);
    return bytes == 2 ? static_cast<std::int16_t>(value) : static_cast<std::int32_t>(value);
  }
  std::string_view text() { return take(static_cast<std::size_t>(std::max(number(2), 0))); }
  bool good() const { return good_; }

 private:
  std::string_view take(std::size_t bytes) {
    good_ = good_ && bytes <= rest_.size();
    if (!good_) return {};
    const auto taken = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return taken;
  }

  std::string_view rest_;
  bool good_ = true;
};

Result<std::vector<Member>> members_of(const rd_kafka_group_info& group, const KafkaOptions& options) {
  const std::string_view state = group.state;
  if (state == "PreparingRebalance" || state == "CompletingRebalance") {
    return fail("log-unsettled", fmt::format("The group \"{}\" is dividing its partitions anew.", options.group));
  }
  std::vector<Member> members;
  for (const auto& described : std::span(group.members, static_cast<std::size_t>(group.member_cnt))) {
    auto node = node_of(described.client_id);
    if (!node) continue;
    members.push_back({std::move(*node), assigned_partitions(described.member_assignment,
                                                             described.member_assignment_size, options.topic)});
  }
  std::ranges::sort(members, {}, [](const Member& member) { return member.node.name; });
  return members;
}

}  // namespace

// Kafka's "ConsumerProtocolAssignment": version, topics with their partitions, the assignor's own bytes.
std::vector<Partition> assigned_partitions(const void* bytes, int size, std::string_view topic) {
  Reader reader(bytes, size);
  std::vector<Partition> partitions;
  reader.number(2);
  for (auto topics = reader.number(4); topics > 0 && reader.good(); --topics) {
    const bool ours = reader.text() == topic;
    for (auto count = reader.number(4); count > 0 && reader.good(); --count) {
      const auto partition = reader.number(4);
      if (ours && reader.good()) partitions.push_back(static_cast<Partition>(partition));
    }
  }
  std::ranges::sort(partitions);
  return partitions;
}

// Not by rd_kafka_DescribeConsumerGroups(): when the brokers are away, librdkafka 2.0.2 ends the process in it
// ("rd_kafka_enq_once_del_source_return: Assertion `eonce->refcnt > 0' failed").
Result<std::vector<Member>> describe_members(rd_kafka_t* client, const KafkaOptions& options) {
  const rd_kafka_group_list* found = nullptr;
  const auto error =
      rd_kafka_list_groups(client, options.group.c_str(), &found, static_cast<int>(options.ask_timeout.count()));
  const std::unique_ptr<const rd_kafka_group_list, DestroyGroups> list(found);
  // One broker has the group; that another didn't answer does not matter.
  if (list && list->group_cnt == 1 && list->groups[0].err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    return members_of(list->groups[0], options);
  }
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR && list && list->group_cnt == 0) return std::vector<Member>{};
  const auto why = error == RD_KAFKA_RESP_ERR_NO_ERROR && list ? list->groups[0].err : error;
  return std::unexpected(
      unavailable(fmt::format("The brokers don't say who is in the group \"{}\"", options.group), why));
}

}  // namespace playhead::log::kafka
