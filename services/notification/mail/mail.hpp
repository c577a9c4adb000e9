#pragma once
#include "services/notification/mail/address.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace notification {

/// A mail before it has a form: UTF-8 text.
struct Mail {
  Address to;
  std::string subject;
  std::string text;
  std::string html;
};

/// The whole message as it goes over the wire (RFC 5322, MIME multipart/alternative), lines ended by CR LF
/// and at most 78 characters long. Whatever is in names and subject cannot start a header of its own:
/// everything but harmless ASCII is an encoded word (RFC 2047), and the bodies are base64. Throws
/// std::invalid_argument when an address is not valid.
std::string to_mime(const Mail& mail, const Address& from, std::string_view message_id,
                    std::chrono::system_clock::time_point date);

/// The Message-ID for an event, "<…@domain of from>": the same for each try, so that a mail that should come
/// twice all the same is known as the same.
std::string message_id(std::string_view event_id, const Address& from);

/// A header's text: as it is when it is harmless ASCII, else encoded words, folded.
std::string header_text(std::string_view text);

}  // namespace notification
