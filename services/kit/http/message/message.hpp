#pragma once
#include "services/kit/error/problem.hpp"
#include "services/kit/identity/principal.hpp"
#include "services/kit/time/deadline.hpp"
#include "services/kit/trace/trace.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace kit::http {

class BodyFile;

enum class Method { Get, Head, Post, Put, Patch, Delete, Options };
std::string_view to_string(Method method);
/// Methods are case-sensitive: returns nullopt for "get".
std::optional<Method> parse_method(std::string_view text);

/// Header fields in order; names are case-insensitive.
class Headers {
 public:
  /// The first of the name. The view is valid until the headers change.
  std::optional<std::string_view> get(std::string_view name) const;
  std::string joined(std::string_view name) const;  ///< all of the name, joined by commas
  void set(std::string name, std::string value);    ///< replaces
  void add(std::string name, std::string value);
  const std::vector<std::pair<std::string, std::string>>& all() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// A request as a value, decoded and checked, independent of the HTTP library.
struct Request {
  Method method = Method::Get;
  std::string path;                                        ///< percent-decoded, without the query
  std::map<std::string, std::string, std::less<>> params;  ///< "{id}" of the route's pattern
  std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in order, repeats kept
  Headers headers;
  std::string body;
  std::shared_ptr<const BodyFile> body_file;  ///< instead of `body`, for a Route with `spool`
  std::string pattern;                        ///< the route that matched
  std::string
      remote_address;  ///< the connection's address, or the last X-Forwarded-For entry (set by the Ingress)
  std::string request_id;  ///< the client's X-Request-Id when valid, else a new one
  Trace trace;
  Deadline deadline{Deadline::Clock::time_point::max()};
  std::optional<identity::Principal> principal;  ///< of the request's valid token
  bool open = false;   ///< the route needs no token now (access Open), so ownership is not checked
  std::string caller;  ///< internal routes: the calling service

  /// The parameter of the pattern. Throws std::logic_error when the pattern does not have it.
  const std::string& param(std::string_view name) const;
  /// The same as a positive id; Problem 400 that names "path.<name>" otherwise.
  std::int64_t id(std::string_view name = "id") const;
  std::optional<std::string_view> query_value(std::string_view name) const;
  /// Throws Problem 401 when the request came without a token.
  const identity::Principal& require_principal() const;
  /// The body as JSON: Problem 415 unless Content-Type is application/json (or +json), 400 when malformed.
  nlohmann::json json() const;
};

/// The sending side of a response of server-sent events. The stream ends with `close()`, with its last owner,
/// with the client, or after ServerOptions::stream_limit (EventSource then reconnects with Last-Event-ID).
/// Thread-safe; never blocks.
class EventStream {
 public:
  virtual ~EventStream() = default;
  /// Returns false when the stream has ended or the client reads too slowly and was disconnected. `data` may
  /// have several lines; `event` and `id` have no line breaks and may be empty.
  virtual bool send(std::string_view event, std::string_view data, std::string_view id = {}) = 0;
  virtual bool open() const = 0;
  virtual void close() = 0;
};

/// A response as a value.
struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  /// For a streamed response: called once, on the handler's thread, when the head was sent.
  std::function<void(std::shared_ptr<EventStream>)> stream;

  static Response json(const nlohmann::json& value, int status = 200);
  /// Keys keep their order of insertion.
  static Response ordered(const nlohmann::ordered_json& value, int status = 200);
  static Response text(std::string body, std::string content_type = "text/plain; charset=utf-8");
  static Response no_content();
  static Response problem(const Problem& problem);
  /// Server-sent events: `opened` gets the stream to send on. No worker is occupied meanwhile.
  static Response events(std::function<void(std::shared_ptr<EventStream>)> opened);
};

}  // namespace kit::http
