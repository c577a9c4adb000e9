#pragma once
#include "services/kit/messaging/outbox.hpp"

#include <amqp.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace kit::messaging {

/// The broker is away, went away, or refused. No secret in its message.
class BrokerError : public std::runtime_error {
 public:
  explicit BrokerError(const std::string& what, int code = 0) : std::runtime_error(what), code_(code) {}
  /// AMQP's reply code where the broker gave one (406: something is there already, and different), else 0.
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

/// One connection with one channel (CHANNEL). For one thread. Every call is limited by the timeout of the
/// options, or by the kernel's (TCP_USER_TIMEOUT) where librabbitmq knows none. After it threw BrokerError it
/// is of no more use.
class BrokerConnection {
 public:
  static constexpr amqp_channel_t CHANNEL = 1;
  static constexpr int HEARTBEAT_S = 20;

  /// Connects, and logs in as a connection that the broker's management shows by `name`.
  BrokerConnection(const BrokerOptions& options, const std::string& name);
  ~BrokerConnection();
  BrokerConnection(const BrokerConnection&) = delete;
  BrokerConnection& operator=(const BrokerConnection&) = delete;

  amqp_connection_state_t state() const { return state_; }
  int socket() const;
  /// True when something was read off the socket already: do not wait for the socket then.
  bool buffered() const;

  /// The next frame of the channel, which is valid until the next call; false when none came in time. Sends
  /// and minds heartbeats. Throws when the broker closed the channel or connection.
  bool next_frame(amqp_frame_t& frame, std::chrono::milliseconds wait);
  /// Sends a heartbeat and reads nothing: for pauses in which deliveries must stay where they are.
  void send_heartbeat();

  /// With `on`, what is sent stays with the kernel until a packet is full, 200 ms have passed, or it is off
  /// again.
  void cork(bool on);

  /// Makes a durable exchange, or with `passive` only checks that it is there.
  void declare_exchange(const std::string& name, const char* type, bool passive = false);
  void declare_queue(const std::string& name, std::vector<amqp_table_entry_t> arguments,
                     bool passive = false);
  void bind(const std::string& queue, const std::string& exchange, const std::string& routing_key);

  /// Throws unless `status` is AMQP_STATUS_OK.
  void check(int status, const char* doing);
  /// Throws unless the last call that asked the broker something was answered well.
  void check_reply(const char* doing) { check_reply(amqp_get_rpc_reply(state_), doing); }
  void check_reply(const amqp_rpc_reply_t& reply, const char* doing);

 private:
  void connect(const BrokerUrl& url, std::chrono::milliseconds timeout);
  void login(const BrokerUrl& url, const std::string& name);
  amqp_connection_state_t state_;
  bool well_ = false;
};

amqp_table_entry_t argument(const char* key, const char* text);
amqp_table_entry_t argument(const char* key, std::int64_t number);

}  // namespace kit::messaging
