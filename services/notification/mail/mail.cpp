#include "services/notification/mail/mail.hpp"

#include "services/kit/encoding/base64.hpp"
#include "services/kit/encoding/sha256.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/chrono.h>

namespace notification {
namespace {

constexpr std::size_t WORD_BYTES =
    42;  // of UTF-8 in an encoded word: 56 in base64, 68 with what is around it
constexpr std::size_t LINE_BASE64 = 76;  // RFC 2045

std::string body_base64(std::string_view bytes) {
  const auto encoded = kit::base64(bytes);
  std::string out;
  for (std::size_t i = 0; i < encoded.size(); i += LINE_BASE64)
    out += encoded.substr(i, LINE_BASE64) + "\r\n";
  return out;
}

/// The first half of the SHA-256, in hexadecimal.
std::string hash(std::string_view text) { return kit::sha256_hex(text).substr(0, 32); }

/// Text that needs no quoting anywhere in a header: letters, digits, spaces and a little punctuation, short.
bool harmless(std::string_view text) {
  if (text.size() > 60 || (!text.empty() && (text.front() == ' ' || text.back() == ' '))) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(" !#$%&'*+-/").find(c) != std::string_view::npos;
  });
}

std::string mailbox(const Address& address) {
  if (!valid_email(address.email)) throw std::invalid_argument("not an e-mail address");
  if (address.name.empty()) return address.email;
  return header_text(address.name) + "\r\n <" + address.email + ">";
}

/// RFC 5322, 3.3; never by locale.
std::string header_date(std::chrono::system_clock::time_point date) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000", fmt::gmtime(date));
}

std::string part(const std::string& boundary, const char* type, const std::string& content) {
  return "--" + boundary + "\r\nContent-Type: " + type +
         "; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body_base64(content);
}

}  // namespace

std::string header_text(std::string_view text) {
  if (harmless(text)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    auto take = std::min(WORD_BYTES, text.size());
    while (take < text.size() && take > 1 && (static_cast<unsigned char>(text[take]) & 0xC0) == 0x80) --take;
    out += (out.empty() ? "=?utf-8?B?" : "\r\n =?utf-8?B?") + kit::base64(text.substr(0, take)) + "?=";
    text.remove_prefix(take);
  }
  return out;
}

std::string message_id(std::string_view event_id, const Address& from) {
  const bool plain =
      !event_id.empty() && event_id.size() <= 64 && std::all_of(event_id.begin(), event_id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
      });
  return "<" + (plain ? std::string(event_id) : hash(event_id)) + from.email.substr(from.email.find('@')) +
         ">";
}

std::string to_mime(const Mail& mail, const Address& from, std::string_view message_id,
                    std::chrono::system_clock::time_point date) {
  // "_" is not in base64, so the boundary is in no body.
  const auto boundary = "=_" + hash(std::string(message_id) + mail.text);
  std::string out;
  out += "From: " + mailbox(from) + "\r\n";
  out += "To: " + mailbox(mail.to) + "\r\n";
  out += "Subject: " + header_text(mail.subject) + "\r\n";
  out += "Date: " + header_date(date) + "\r\n";
  out += "Message-ID: " + std::string(message_id) + "\r\n";
  out += "Auto-Submitted: auto-generated\r\n";  // RFC 3834: no automatic replies
  out += "MIME-Version: 1.0\r\n";
  out += "Content-Type: multipart/alternative;\r\n boundary=\"" + boundary + "\"\r\n\r\n";
  out += part(boundary, "text/plain", mail.text);
  out += part(boundary, "text/html", mail.html);
  out += "--" + boundary + "--\r\n";
  return out;
}

}  // namespace notification
