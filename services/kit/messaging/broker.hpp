#pragma once
#include "services/kit/messaging/outbox.hpp"

#include <amqp.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace kit::messaging {

/// The broker cannot be reached, closed the connection, or refused. No secret in its message.
class BrokerError : public std::runtime_error {
 public:
  explicit BrokerError(const std::string& what, int code = 0) : std::runtime_error(what), code_(code) {}
  /// AMQP's reply code, else 0. 406: it exists with other arguments.
  int code() const { return code_; }

 private:
  int code_;
};

struct BrokerUrl {
  std::string user = "guest";
  std::string password = "guest";
  std::string host = "localhost";
  int port = 5672;
  std::string vhost = "/";
};

/// Reads amqp://user:password@host:port/vhost. Throws std::invalid_argument, without quoting the URL.
BrokerUrl parse_broker_url(const std::string& url);

inline amqp_bytes_t bytes(std::string_view text) { return {text.size(), const_cast<char*>(text.data())}; }
inline std::string_view view(amqp_bytes_t bytes) {
  return {static_cast<const char*>(bytes.bytes), bytes.len};
}

/// One connection with one channel (CHANNEL). For one thread. Every call is limited by the options' timeout,
/// or by the kernel's (TCP_USER_TIMEOUT) where librabbitmq has none. After it threw BrokerError it cannot be
/// used any more.
class BrokerConnection {
 public:
  static constexpr amqp_channel_t CHANNEL = 1;
  static constexpr int HEARTBEAT_S = 20;

  /// Connects and logs in; the broker's management shows the connection as `name`.
  BrokerConnection(const BrokerOptions& options, const std::string& name);
  ~BrokerConnection();
  BrokerConnection(const BrokerConnection&) = delete;
  BrokerConnection& operator=(const BrokerConnection&) = delete;

  amqp_connection_state_t state() const { return state_; }
  int socket() const;
  /// True when data was read off the socket already: do not wait for the socket then.
  bool buffered() const;

  /// Reads the next frame of the channel, which is valid until the next call; returns false when none arrived
  /// in time. Exchanges heartbeats. Throws when the broker closed the channel or connection.
  bool next_frame(amqp_frame_t& frame, std::chrono::milliseconds wait);
  /// Sends a heartbeat without reading: for pauses in which nothing must be received.
  void send_heartbeat();

  /// While `on`, the kernel sends only full packets, or after 200 ms.
  void cork(bool on);

  /// Declares a durable exchange; with `passive` only checks that it exists.
  void declare_exchange(const std::string& name, const char* type, bool passive = false);
  void declare_queue(const std::string& name, std::vector<amqp_table_entry_t> arguments,
                     bool passive = false);
  void bind(const std::string& queue, const std::string& exchange, const std::string& routing_key);

  /// Throws unless `status` is AMQP_STATUS_OK.
  void check(int status, const char* doing);
  /// Throws unless the last request to the broker succeeded.
  void check_reply(const char* doing) { check_reply(amqp_get_rpc_reply(state_), doing); }
  void check_reply(const amqp_rpc_reply_t& reply, const char* doing);

 private:
  void connect(const BrokerUrl& url, std::chrono::milliseconds timeout);
  void login(const BrokerUrl& url, const std::string& name);
  const std::unique_ptr<amqp_connection_state_t_, int (*)(amqp_connection_state_t)> owned_;
  const amqp_connection_state_t state_;
  bool well_ = false;
};

amqp_table_entry_t argument(const char* key, const char* text);
amqp_table_entry_t argument(const char* key, std::int64_t number);

}  // namespace kit::messaging
