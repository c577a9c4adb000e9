#include "services/kit/http/wire/request_reader.hpp"

#include "services/kit/encoding/text.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace kit::http {
namespace {

FramingError malformed(std::string detail) { return {400, "Malformed request", std::move(detail)}; }

constexpr std::size_t max_chunk_line = 256;
constexpr std::size_t max_trailers = 8 * 1024;

/// All digits of `base`, no sign, no space, no overflow.
std::optional<std::size_t> parse_size(std::string_view text, int base) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Above all a bare CR or LF, where another parser might end the line.
bool has_control(std::string_view line) {
  return std::any_of(line.begin(), line.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F;
  });
}

}  // namespace

RequestReader::RequestReader(ReaderLimits limits) : limits_(std::move(limits)) {}

void RequestReader::feed(std::string_view bytes) {
  if (phase_ == Phase::Failed) return;
  if (begin_ > 0) buffer_.erase(0, std::exchange(begin_, 0));
  buffer_ += bytes;
}

RequestReader::Result RequestReader::next() {
  bool complete = false;
  Error error;
  if (phase_ == Phase::Failed) return NeedMore{};
  if (phase_ == Phase::Head) {
    error = read_head(complete);
    if (!error && complete) error = begin_body();
    if (error) return fail(std::move(*error));
    if (!complete) return NeedMore{};
  }
  complete = false;
  error = phase_ == Phase::Length ? take_length(complete) : take_chunks(complete);
  if (error) return fail(std::move(*error));
  if (complete) return finish();
  // A client that has begun to send the body does not wait.
  if (std::exchange(continue_pending_, false) && waiting().empty() && received() == 0) return WantsContinue{};
  return NeedMore{};
}

RequestReader::Result RequestReader::fail(FramingError error) {
  phase_ = Phase::Failed;
  request_.body_file.reset();
  std::string().swap(buffer_);
  begin_ = 0;
  return error;
}

RequestReader::Error RequestReader::read_head(bool& complete) {
  // Empty lines before a request are skipped (RFC 9112 section 2.2).
  while (waiting().starts_with("\r\n")) drop(2);
  const auto bytes = waiting();
  const auto end = bytes.find("\r\n\r\n", scanned_ < 3 ? 0 : scanned_ - 3);
  const std::size_t size = end == std::string_view::npos ? bytes.size() : end + 4;
  scanned_ = bytes.size();
  if (size > limits_.head) {
    if (bytes.find("\r\n") > limits_.request_line) return FramingError{414, "URI too long", {}};
    return FramingError{431, "Request header fields too large", {}};
  }
  if (end == std::string_view::npos) {
    // A lone LF can never end the head: refused now instead of after a timeout.
    const auto line_feed = bytes.find('\n');
    if (line_feed != std::string_view::npos && (line_feed == 0 || bytes[line_feed - 1] != '\r'))
      return malformed("Lines must end with CR LF.");
    return std::nullopt;
  }
  request_ = {};
  if (auto error = parse_head(bytes.substr(0, end), limits_, request_)) return error;
  drop(size);
  head_bytes_ = size;
  complete = true;
  return std::nullopt;
}

RequestReader::Error RequestReader::begin_body() {
  std::size_t lengths = 0, codings = 0;
  std::string_view length, coding, expect;
  for (const auto& [name, value] : request_.headers.all()) {
    if (equal_ignoring_case(name, "Content-Length")) ++lengths, length = value;
    if (equal_ignoring_case(name, "Transfer-Encoding")) ++codings, coding = value;
    if (equal_ignoring_case(name, "Expect")) expect = value;
  }
  if (lengths > 1) return malformed("There is more than one Content-Length.");
  if (lengths && codings) return malformed("There are both Content-Length and Transfer-Encoding.");
  if (codings && request_.http10) return malformed("HTTP/1.0 has no Transfer-Encoding.");
  if (!expect.empty() && !equal_ignoring_case(expect, "100-continue"))
    return FramingError{417, "Expectation failed", "Only 100-continue can be expected."};
  allowed_ = limits_.request(request_);
  continue_pending_ = !expect.empty() && !request_.http10;
  trailer_bytes_ = 0;
  if (codings) {
    if (codings > 1 || !equal_ignoring_case(coding, "chunked"))
      return FramingError{501, "Not implemented", "The only transfer coding understood is chunked."};
    phase_ = Phase::ChunkSize;
    return choose_place();
  }
  wanted_ = 0;
  if (lengths) {
    const auto size = parse_size(length, 10);
    if (!size) return malformed("Content-Length is no number.");
    wanted_ = *size;
  }
  phase_ = Phase::Length;
  if (wanted_ > allowed_ || head_bytes_ > allowed_ - wanted_) return too_large();
  return choose_place();
}

RequestReader::Error RequestReader::choose_place() {
  auto place = limits_.file(request_);
  if (auto* refused = std::get_if<FramingError>(&place)) return std::move(*refused);
  request_.body_file = std::get<std::shared_ptr<BodyFile>>(std::move(place));
  return std::nullopt;
}

RequestReader::Error RequestReader::take_length(bool& complete) {
  const auto size = std::min(wanted_, waiting().size());
  const auto piece = waiting().substr(0, size);
  if (!request_.body_file)
    request_.body.append(piece);
  else if (!request_.body_file->append(piece))
    return FramingError{503, "Unavailable", "There is no room for the body.", {{"Retry-After", "10"}}};
  drop(size);
  wanted_ -= size;
  complete = wanted_ == 0;
  return std::nullopt;
}

RequestReader::Error RequestReader::take_chunk_size(bool& progressed) {
  const auto line = take_line();
  if (!line) {
    if (waiting().size() > max_chunk_line) return malformed("A chunk's size line is too long.");
    return std::nullopt;
  }
  // Digits, white space and perhaps extensions, which are ignored.
  const auto end = std::min(line->find_first_of("; \t"), line->size());
  const auto after = std::min(line->find_first_not_of(" \t", end), line->size());
  const auto size = parse_size(std::string_view(*line).substr(0, end), 16);
  const bool extended = after == line->size() || (*line)[after] == ';';
  if (line->size() > max_chunk_line || !size || !extended || has_control(*line))
    return malformed("A chunk's size is malformed.");
  if (*size > allowed_ || head_bytes_ + received() > allowed_ - *size) return too_large();
  wanted_ = *size;
  phase_ = *size == 0 ? Phase::Trailers : Phase::ChunkData;
  progressed = true;
  return std::nullopt;
}

RequestReader::Error RequestReader::take_chunks(bool& complete) {
  for (bool progressed = true; progressed && !complete;) {
    progressed = false;
    if (phase_ == Phase::ChunkSize) {
      if (auto error = take_chunk_size(progressed)) return error;
    } else if (phase_ == Phase::ChunkData) {
      if (auto error = take_length(progressed)) return error;
      if (progressed) phase_ = Phase::ChunkEnd;
    } else if (phase_ == Phase::ChunkEnd) {
      if (waiting().size() < 2) break;
      if (!waiting().starts_with("\r\n")) return malformed("A chunk is longer than its size.");
      drop(2);
      phase_ = Phase::ChunkSize;
      progressed = true;
    } else {
      const auto line = take_line();
      trailer_bytes_ += line ? line->size() + 2 : 0;
      if (trailer_bytes_ + (line ? 0 : waiting().size()) > max_trailers)
        return FramingError{431, "Request header fields too large", "The trailers are too long."};
      if (line && has_control(*line)) return malformed("A trailer is malformed.");
      complete = line && line->empty();
      progressed = line.has_value();
    }
  }
  return std::nullopt;
}

RequestReader::Error RequestReader::too_large() const {
  return FramingError{413, "Content too large", "At most " + std::to_string(allowed_) + " bytes are taken."};
}

std::optional<std::string> RequestReader::take_line() {
  const auto end = waiting().find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  std::string line(waiting().substr(0, end));
  drop(end + 2);
  return line;
}

void RequestReader::drop(std::size_t bytes) {
  begin_ += bytes;
  scanned_ = 0;
}

RawRequest RequestReader::finish() {
  phase_ = Phase::Head;
  continue_pending_ = false;
  // An idle connection should take little memory.
  if (waiting().empty()) {
    std::string().swap(buffer_);
    begin_ = 0;
  }
  return std::move(request_);
}

}  // namespace kit::http
