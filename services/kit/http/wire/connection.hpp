#pragma once
#include "services/kit/http/message/message.hpp"
#include "services/kit/http/wire/request_reader.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace kit::http {

class Connection;

/// A request without a response, as its connection sees it.
class Pending {
 public:
  virtual ~Pending() = default;
  /// Called periodically: responds in the handler's place when the deadline has passed.
  virtual void check(std::chrono::steady_clock::time_point now) = 0;
};

/// The server, as its connections see it. Called concurrently from any thread, and without the connection's
/// lock but for `watch` and `hold`, which must not call back. Shared, since an EventStream may outlive the
/// server.
class ConnectionHost {
 public:
  virtual ~ConnectionHost() = default;
  /// A request is complete. `Connection::answer` or `stream` must follow, on this thread or another.
  virtual void on_request(const std::shared_ptr<Connection>& connection, RawRequest request) = 0;
  /// The response to a framing error, with Connection: close.
  virtual std::string refusal(const FramingError& error) = 0;
  /// Calls `on_writable` when there is room to send, until that returns false.
  virtual void watch(const std::shared_ptr<Connection>& connection) = 0;
  /// Adds to (or subtracts from) the bytes held by requests; returns false past the process's limit.
  virtual bool hold(std::ptrdiff_t bytes) = 0;
  virtual void closed() = 0;
};

struct ConnectionLimits {
  ReaderLimits reader;
  std::chrono::milliseconds receive{15000};  ///< for a request to arrive, plus one second for each 64 KiB
  std::chrono::milliseconds idle{
      120000};  ///< longer than proxies keep connections (90 s), so that they close first
  std::chrono::milliseconds stall{5000};   ///< without progress of a client that has a response to read
  std::chrono::milliseconds linger{2000};  ///< for the client to close after the last response
  std::chrono::milliseconds heartbeat{15000};
  std::chrono::milliseconds stream{600000};
};

/// One client. Pistache reads (on_bytes, on_hangup); writing is done here, without blocking, on a duplicate
/// of the descriptor, so that a response cannot reach another client whatever Pistache does with its own.
/// Requests of a connection are answered one at a time, in order; pipelined ones wait. Thread-safe.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Clock = std::chrono::steady_clock;

  /// Returns null when the process is out of descriptors. `limits` must live as long as `host`.
  static std::shared_ptr<Connection> open(int fd, std::string address, std::shared_ptr<ConnectionHost> host,
                                          const ConnectionLimits& limits);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  const std::string& address() const { return address_; }

  /// From the reactor.
  void on_bytes(std::string_view bytes);
  void on_hangup();

  /// Sets what checks the deadline of the request under way.
  void set_pending(std::shared_ptr<Pending> pending);
  /// Sends the response to the request under way; without `keep` the connection is closed after it.
  void answer(std::string_view bytes, bool keep);
  /// Starts a streamed response.
  std::shared_ptr<EventStream> stream(std::string_view head);
  /// Whether the client has gone, so that its request need not be handled.
  bool abandoned();

  /// Called by the ConnectionSweeper. Returns false when nothing is left to send.
  bool on_writable();
  void sweep(Clock::time_point now);
  int fd() const { return fd_; }

  /// Closes an idle connection or a stream; others after their response, or at once with `now`. Returns
  /// whether a request is arriving or under way.
  bool shut(bool now);

 private:
  class Stream;
  enum class State { Reading, Busy, Sending, Streaming, Lingering, Closed };
  using Lock = std::unique_lock<std::mutex>;

  Connection(int fd, std::string address, std::shared_ptr<ConnectionHost> host,
             const ConnectionLimits& limits);
  void pump(Lock& lock);
  void refuse(Lock& lock, const FramingError& error);
  void account();
  bool write(std::string_view bytes);
  bool push(std::string_view& bytes);
  void sent();
  void linger();
  void cut();
  bool fresh() const;
  bool stream_write(std::string_view bytes);
  void stream_end();
  void enter(State state);

  const int fd_;
  const std::string address_;
  const std::shared_ptr<ConnectionHost> host_;
  const ConnectionLimits& limits_;

  std::mutex lock_;
  State state_ = State::Reading;
  Clock::time_point since_ = Clock::now();  ///< of the state, or of progress in it
  Clock::time_point stream_began_{};
  RequestReader reader_;
  std::string out_;  ///< waits for room in the socket
  std::shared_ptr<Pending> pending_;
  std::size_t held_ = 0;
  std::size_t discarded_ = 0;
  bool pumping_ = false;
  bool receiving_ = false;
  bool keep_ = true;
  bool hung_up_ = false;
  bool served_ = false;  ///< a request has arrived
  bool closing_ = false;
};

}  // namespace kit::http
