#pragma once
#include "services/kit/http/message/message.hpp"
#include "services/kit/http/wire/request_reader.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace kit::http {

class Connection;

/// A request that has not been answered yet, as its connection sees it.
class Pending {
 public:
  virtual ~Pending() = default;
  /// Called now and then: answers in the handler's place when the deadline has passed.
  virtual void check(std::chrono::steady_clock::time_point now) = 0;
};

/// Whom a connection works for. Called from any thread, concurrently; never with the connection's lock held,
/// apart from `watch` and `hold`, which must not call back. Connections share it, since an EventStream may
/// outlive the server.
class ConnectionHost {
 public:
  virtual ~ConnectionHost() = default;
  /// A request is complete. `Connection::answer` or `stream` must follow, on this thread or another.
  virtual void on_request(const std::shared_ptr<Connection>& connection, RawRequest request) = 0;
  /// The answer to what cannot be read, as bytes that say that the connection closes.
  virtual std::string refusal(const FramingError& error) = 0;
  /// Calls `on_writable` when there is room to send, until that returns false.
  virtual void watch(const std::shared_ptr<Connection>& connection) = 0;
  /// Bytes of requests held more (or fewer); false when that is too much for the process.
  virtual bool hold(std::ptrdiff_t bytes) = 0;
  virtual void closed() = 0;
};

struct ConnectionLimits {
  ReaderLimits reader;
  std::chrono::milliseconds receive{15000};  ///< for a request to arrive, plus one second for each 64 KiB
  std::chrono::milliseconds idle{
      120000};  ///< longer than what proxies in front keep (90 s), so that they close first
  std::chrono::milliseconds stall{5000};   ///< without a byte taken by a client that has an answer to read
  std::chrono::milliseconds linger{2000};  ///< for the client to close after our last word
  std::chrono::milliseconds heartbeat{15000};
  std::chrono::milliseconds stream{600000};
};

/// One client. Pistache reads (on_bytes, on_hangup); all writing is done here, without blocking, on a
/// duplicate of the descriptor that is ours alone: whatever Pistache does with its own, an answer cannot
/// reach anyone else. Requests of a connection are answered one at a time, in order; pipelined ones wait.
/// Thread-safe.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Clock = std::chrono::steady_clock;

  /// Null when the process is out of descriptors. `limits` must live as long as `host`.
  static std::shared_ptr<Connection> open(int fd, std::string address, std::shared_ptr<ConnectionHost> host,
                                          const ConnectionLimits& limits);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  const std::string& address() const { return address_; }

  /// From the reactor.
  void on_bytes(std::string_view bytes);
  void on_hangup();

  /// What watches over the request under way, from its on_request to its answer.
  void set_pending(std::shared_ptr<Pending> pending);
  /// Sends the answer to the request under way; without `keep` the connection closes after it.
  void answer(std::string_view bytes, bool keep);
  /// The same for an answer without end.
  std::shared_ptr<EventStream> stream(std::string_view head);
  /// True when the client can no longer be reached, so that work for it would be in vain.
  bool abandoned();

  /// From the housekeeper. False when there is nothing more to send.
  bool on_writable();
  void sweep(Clock::time_point now);
  int fd() const { return fd_; }

  /// Ends an idle connection or a stream; others end after their answer when `now` is false, at once when it
  /// is true.
  /// True while a request of the client is arriving or under way.
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
  std::string out_;  ///< what the socket had no room for
  std::shared_ptr<Pending> pending_;
  std::size_t held_ = 0;
  std::size_t discarded_ = 0;
  bool pumping_ = false;
  bool receiving_ = false;
  bool keep_ = true;
  bool hung_up_ = false;
  bool served_ = false;  ///< a request has come
  bool closing_ = false;
};

}  // namespace kit::http
