#pragma once
#include "services/kit/http/message/body_file.hpp"
#include "services/kit/http/message/message.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace kit::http {

/// A request as received: framing checked, nothing decoded.
struct RawRequest {
  std::string method;  ///< any token
  std::string target;  ///< origin form: "/path?query", no control characters, no bytes over 0x7e
  Headers headers;
  std::string body;
  std::shared_ptr<BodyFile> body_file;  ///< instead of `body`, when ReaderLimits::file returned one
  bool keep_alive = true;               ///< what the client asks for
  bool http10 = false;
  bool framed = true;  ///< false when the response comes before the body was read: the connection must close
};

/// Why a request cannot be read. Its end is unknown then, so the connection must be closed after the
/// response.
struct FramingError {
  int status;
  std::string title;
  std::string detail;
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< of the response
};

struct ReaderLimits {
  std::size_t request_line = 8 * 1024;  ///< past it 414
  std::size_t head = 32 * 1024;         ///< request line and headers; past it 431
  std::size_t fields = 100;             ///< header fields; past it 431
  /// How many bytes of head and body may be held; past it 413. Called once a head is complete.
  std::function<std::size_t(const RawRequest& head)> request = [](const RawRequest&) { return 64 * 1024; };
  /// Where the body goes; null: into memory; an error ends the request. Called once a head is complete.
  using Place = std::variant<std::shared_ptr<BodyFile>, FramingError>;
  std::function<Place(const RawRequest& head)> file = [](const RawRequest&) { return Place{}; };
};

/// Parses a stream of bytes into HTTP/1.1 requests (RFC 9112), strictly: ambiguous framing is refused,
/// because behind a proxy it allows request smuggling. Linear in the bytes, however they are split. No I/O;
/// not thread-safe.
class RequestReader {
 public:
  explicit RequestReader(ReaderLimits limits = {});

  struct NeedMore {};
  /// The head is complete and the client waits for "100 Continue". Returned once.
  struct WantsContinue {};
  using Result = std::variant<NeedMore, WantsContinue, RawRequest, FramingError>;

  void feed(std::string_view bytes);
  /// The next request if it is complete. Nothing follows a FramingError.
  Result next();

  /// True when no part of a request is held.
  bool idle() const { return phase_ == Phase::Head && waiting().empty(); }
  /// Bytes held at present, for bounds on memory.
  std::size_t held() const { return buffer_.capacity() + request_.body.capacity(); }
  /// Bytes of the body received so far.
  std::size_t received() const {
    return request_.body_file ? static_cast<std::size_t>(request_.body_file->size()) : request_.body.size();
  }

 private:
  enum class Phase { Head, Length, ChunkSize, ChunkData, ChunkEnd, Trailers, Failed };
  using Error = std::optional<FramingError>;

  Result fail(FramingError error);
  Error read_head(bool& complete);
  Error begin_body();
  Error choose_place();
  Error take_length(bool& complete);
  Error take_chunks(bool& complete);
  Error take_chunk_size(bool& progressed);
  Error too_large() const;
  /// Takes the line up to CRLF from the buffer; returns nullopt when it is incomplete.
  std::optional<std::string> take_line();
  std::string_view waiting() const { return std::string_view(buffer_).substr(begin_); }
  void drop(std::size_t bytes);
  RawRequest finish();

  ReaderLimits limits_;
  std::string buffer_;
  std::size_t begin_ = 0;    ///< consumed up to here; erased only when more arrives
  std::size_t scanned_ = 0;  ///< bytes already searched for the end of the head
  Phase phase_ = Phase::Head;
  RawRequest request_;
  std::size_t head_bytes_ = 0;
  std::size_t allowed_ = 0;
  std::size_t wanted_ = 0;  ///< bytes of the body or chunk still missing
  std::size_t trailer_bytes_ = 0;
  bool continue_pending_ = false;
};

/// Parses a request line and header fields (without the empty line). Returns nullopt when they are
/// well-formed.
std::optional<FramingError> parse_head(std::string_view head, const ReaderLimits& limits, RawRequest& into);

}  // namespace kit::http
