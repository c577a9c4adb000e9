#include "services/kit/http/wire/response_wire.hpp"

#include "services/kit/encoding/text.hpp"

#include <algorithm>
#include <array>
#include <ctime>

namespace kit::http {
namespace {

std::string_view reason(int status) {
  static constexpr std::array<std::pair<int, std::string_view>, 25> reasons{{
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {304, "Not Modified"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {402, "Payment Required"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {412, "Precondition Failed"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {417, "Expectation Failed"},
      {422, "Unprocessable Content"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
  }};
  for (const auto& [code, text] : reasons)
    if (code == status) return text;
  return "";
}

/// IMF-fixdate (RFC 9110 section 5.6.7), in English whatever the locale; cached for a second per thread.
const std::string& date() {
  static constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  thread_local std::time_t made_at = -1;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now == made_at) return text;
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 64> buffer{};
  const int size = std::snprintf(buffer.data(), buffer.size(), "%s, %02d %s %d %02d:%02d:%02d GMT",
                                 days[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                                 months[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900,
                                 utc.tm_hour, utc.tm_min, utc.tm_sec);
  text.assign(buffer.data(), static_cast<std::size_t>(size));
  made_at = now;
  return text;
}

void add_line(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  const auto begin = out.size();
  out.append(value);
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
      [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }, ' ');
  out.append("\r\n");
}

/// Headers that only the server sets.
bool is_ours(std::string_view name) {
  return equal_ignoring_case(name, "Content-Length") || equal_ignoring_case(name, "Transfer-Encoding") ||
         equal_ignoring_case(name, "Connection") || equal_ignoring_case(name, "Date");
}

std::string head(const Response& response, bool keep_alive) {
  std::string out;
  out.reserve(320 + response.body.size());
  out.append("HTTP/1.1 ")
      .append(std::to_string(response.status))
      .append(" ")
      .append(reason(response.status))
      .append("\r\n");
  for (const auto& [name, value] : response.headers.all())
    if (!is_ours(name)) add_line(out, name, value);
  if (!response.headers.get("X-Content-Type-Options")) add_line(out, "X-Content-Type-Options", "nosniff");
  add_line(out, "Date", date());
  add_line(out, "Connection", keep_alive ? "keep-alive" : "close");
  return out;
}

}  // namespace

std::string to_wire(const Response& response, const Framing& framing) {
  auto out = head(response, framing.keep_alive);
  const bool bodiless = response.status == 204 || response.status == 304 || response.status < 200;
  if (!bodiless) add_line(out, "Content-Length", std::to_string(response.body.size()));
  out.append("\r\n");
  if (!bodiless && !framing.head_only) out.append(response.body);
  return out;
}

std::string stream_head_to_wire(const Response& response) { return head(response, false) + "\r\n"; }

std::string event_to_wire(std::string_view event, std::string_view data, std::string_view id) {
  std::string out;
  const auto field = [&out](std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value.substr(0, value.find_first_of("\r\n"))).append("\n");
  };
  if (!event.empty()) field("event", event);
  if (!id.empty()) field("id", id);
  for (;;) {
    field("data", data);
    const auto end = data.find_first_of("\r\n");
    if (end == std::string_view::npos) break;
    data.remove_prefix(end + (data.substr(end, 2) == "\r\n" ? 2 : 1));
  }
  return out += '\n';
}

}  // namespace kit::http
