#pragma once
#include "services/notification/mail/address.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace notification {

/// A mail as UTF-8 text.
struct Mail {
  Address to;
  std::string subject;
  std::string text;
  std::string html;
};

/// The message as sent (RFC 5322, MIME multipart/alternative), in lines of at most 78 characters ended by CR
/// LF. Names and subject cannot inject headers: anything but harmless ASCII becomes an encoded word (RFC
/// 2047); bodies are base64. Throws std::invalid_argument for an invalid address.
std::string to_mime(const Mail& mail, const Address& from, std::string_view message_id,
                    std::chrono::system_clock::time_point date);

/// The Message-ID for an event, "<…@domain of from>": the same for each attempt, so that clients can detect
/// duplicates.
std::string message_id(std::string_view event_id, const Address& from);

/// A header's value: harmless ASCII unchanged, anything else as folded encoded words.
std::string header_text(std::string_view text);

}  // namespace notification
