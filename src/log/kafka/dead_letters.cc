#include "log/kafka/dead_letters.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "log/kafka/partition_reader.h"

namespace playhead::log::kafka {
namespace {

struct TextHeader {
  const char* name;
  std::string DeadLetter::* value;
};
constexpr std::array<TextHeader, 4> kTexts{{{"playhead-code", &DeadLetter::code},
                                            {"playhead-reason", &DeadLetter::reason},
                                            {"playhead-topic", &DeadLetter::topic},
                                            {"playhead-node", &DeadLetter::node}}};
// Numbers are decimal, for who looks at them with any tool. The offset is Kafka's.
constexpr auto kPartition = "playhead-partition", kOffset = "playhead-offset", kTime = "playhead-time-ms";

// A partition that was just made, or whose broker just went, is led by another broker in a moment.
constexpr std::chrono::milliseconds kLeaderRetry{100};
bool waits_for_leader(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION || error == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
}

void add(rd_kafka_headers_t* headers, const char* name, std::string_view value) {
  rd_kafka_header_add(headers, name, -1, value.data(), static_cast<ssize_t>(value.size()));
}

rd_kafka_headers_t* headers_of(const DeadLetter& letter) {
  auto* const headers = rd_kafka_headers_new(8);
  for (const auto& [name, value] : kTexts) add(headers, name, letter.*value);
  add(headers, kPartition, std::to_string(letter.partition));
  add(headers, kOffset, std::to_string(to_kafka(letter.offset)));
  add(headers, kTime, std::to_string(letter.time_ms));
  return headers;
}

std::string_view text(const rd_kafka_headers_t* headers, const char* name) {
  const void* value = nullptr;
  std::size_t size = 0;
  if (rd_kafka_header_get_last(headers, name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return {static_cast<const char*>(value), size};
}

std::optional<std::int64_t> number(const rd_kafka_headers_t* headers, const char* name) {
  const auto digits = text(headers, name);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

DeadLetter letter_of(const rd_kafka_message_t& message) {
  DeadLetter letter;
  if (message.key != nullptr) letter.key.assign(static_cast<const char*>(message.key), message.key_len);
  if (message.payload != nullptr) letter.record.assign(static_cast<const char*>(message.payload), message.len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return letter;
  for (const auto& [name, value] : kTexts) letter.*value = text(headers, name);
  letter.partition = static_cast<Partition>(number(headers, kPartition).value_or(0));
  if (const auto offset = number(headers, kOffset)) letter.offset = from_kafka(*offset);
  letter.time_ms = number(headers, kTime).value_or(0);
  return letter;
}

ClientConfig producer_config(const KafkaOptions& options) {
  ClientConfig config(options);
  config.set("acks", "all")
      .set("enable.idempotence", "false")
      .set("message.timeout.ms", std::to_string(options.append_timeout.count()))
      .set("retry.backoff.ms", "50")
      .set("linger.ms", "0")
      // Who appends awaits each before a commit, so there are never many; a full queue refuses.
      .set("queue.buffering.max.messages", "10000")
      .set("queue.buffering.max.kbytes", "65536");
  return config;
}

}  // namespace

KafkaOptions dead_letters_of(KafkaOptions options) {
  options.topic = kDeadLettersTopic;
  options.partitions = 1;
  return options;
}

DeadLetters::DeadLetters(const KafkaOptions& options)
    : options_(options),
      producer_(
          producer_config(options_).set_opaque(this).on_delivery(&DeadLetters::delivered).make(RD_KAFKA_PRODUCER)),
      polling_([this] {
        while (!stopping_) rd_kafka_poll(producer_.get(), 100);
      }) {}

DeadLetters::~DeadLetters() {
  stopping_ = true;
  polling_.join();
  rd_kafka_purge(producer_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  while (rd_kafka_outq_len(producer_.get()) > 0) rd_kafka_poll(producer_.get(), 10);
}

void DeadLetters::append(const DeadLetter& letter, Done done) {
  auto waiting = std::make_unique<Done>(std::move(done));
  auto* const headers = headers_of(letter);
  std::array<rd_kafka_vu_t, 7> fields{};
  fields[0].vtype = RD_KAFKA_VTYPE_TOPIC;
  fields[0].u.cstr = options_.topic.c_str();
  fields[1].vtype = RD_KAFKA_VTYPE_PARTITION;
  fields[1].u.i32 = 0;
  fields[2].vtype = RD_KAFKA_VTYPE_KEY;
  fields[2].u.mem = {const_cast<char*>(letter.key.empty() ? nullptr : letter.key.data()), letter.key.size()};
  fields[3].vtype = RD_KAFKA_VTYPE_VALUE;
  fields[3].u.mem = {const_cast<char*>(letter.record.data()), letter.record.size()};
  fields[4].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  fields[4].u.i = RD_KAFKA_MSG_F_COPY;
  fields[5].vtype = RD_KAFKA_VTYPE_HEADERS;
  fields[5].u.headers = headers;
  fields[6].vtype = RD_KAFKA_VTYPE_OPAQUE;
  fields[6].u.ptr = waiting.get();
  const Handle<rd_kafka_error_t> refused(rd_kafka_produceva(producer_.get(), fields.data(), fields.size()));
  if (!refused) {
    (void)waiting.release();  // delivered() has it
    return;
  }
  rd_kafka_headers_destroy(headers);
  (*waiting)(
      std::unexpected(unavailable("A record can't be put to the dead letters", rd_kafka_error_code(refused.get()))));
}

void DeadLetters::delivered(rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
  const std::unique_ptr<Done> done(static_cast<Done*>(message->_private));
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) return (*done)({});
  const auto& letters = *static_cast<DeadLetters*>(self);
  (*done)(std::unexpected(unavailable(fmt::format("The topic \"{}\" has not confirmed a record within {} ms",
                                                  letters.options_.topic, letters.options_.append_timeout.count()),
                                      message->err)));
}

Result<void> read_dead_letters(const KafkaOptions& options,
                               const std::function<bool(Offset, const DeadLetter&)>& visit) {
  const auto client = ClientConfig(options).make(RD_KAFKA_PRODUCER);
  std::int64_t first = 0, end = 0;
  const auto give_up = std::chrono::steady_clock::now() + options.read_timeout;
  auto error = RD_KAFKA_RESP_ERR_NO_ERROR;
  while (true) {
    error = rd_kafka_query_watermark_offsets(client.get(), options.topic.c_str(), 0, &first, &end,
                                             static_cast<int>(options.read_timeout.count()));
    if (!waits_for_leader(error) || std::chrono::steady_clock::now() > give_up) break;
    std::this_thread::sleep_for(kLeaderRetry);
  }
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return std::unexpected(unavailable(fmt::format("The topic \"{}\" can't be read", options.topic), error));
  }
  if (first == end) return {};
  Marks marks(1);
  return read_messages(
      options, marks, 0, from_kafka(first), from_kafka(end),
      [&](Offset offset, const rd_kafka_message_t& message) { return visit(offset, letter_of(message)); });
}

}  // namespace playhead::log::kafka
