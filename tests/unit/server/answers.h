#pragma once

// Reads what a server sent, as a client would.

#include <charconv>
#include <string>
#include <string_view>
#include <vector>

namespace playhead::server {

struct ReceivedAnswer {
  unsigned status = 0;
  std::string head;
  std::string body;

  bool has(std::string_view line) const { return head.find("\r\n" + std::string(line) + "\r\n") != head.npos; }
  // The value of a header; empty when absent.
  std::string header(std::string_view name) const {
    const std::string start = "\r\n" + std::string(name) + ": ";
    const std::size_t at = head.find(start);
    if (at == head.npos) return {};
    const std::size_t from = at + start.size();
    return head.substr(from, head.find("\r\n", from) - from);
  }
};

// Takes whole answers off the front of `bytes`. `without_body`: they answer HEAD requests.
inline std::vector<ReceivedAnswer> take_answers(std::string& bytes, bool without_body = false) {
  std::vector<ReceivedAnswer> answers;
  while (true) {
    const std::size_t head_end = bytes.find("\r\n\r\n");
    if (head_end == bytes.npos) return answers;
    ReceivedAnswer answer;
    answer.head = bytes.substr(0, head_end + 2);
    std::from_chars(bytes.data() + 9, bytes.data() + 12, answer.status);
    std::size_t length = 0;
    const std::string text = answer.header("Content-Length");
    if (!without_body) std::from_chars(text.data(), text.data() + text.size(), length);
    if (bytes.size() < head_end + 4 + length) return answers;
    answer.body = bytes.substr(head_end + 4, length);
    bytes.erase(0, head_end + 4 + length);
    answers.push_back(std::move(answer));
  }
}

}  // namespace playhead::server
