#include "services/kit/messaging/broker.hpp"

#include <amqp_framing.h>
#include <amqp_tcp_socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>

namespace kit::messaging {
namespace {

timeval time_of(std::chrono::milliseconds time) {
  return {static_cast<time_t>(time.count() / 1000), static_cast<suseconds_t>(time.count() % 1000 * 1000)};
}

constexpr amqp_table_t NO_ARGUMENTS{0, nullptr};

}  // namespace

BrokerUrl parse_broker_url(const std::string& url) {
  if (url.starts_with("amqps:"))
    throw std::invalid_argument("the broker's URL: amqps is not supported, use amqp");
  std::vector<char> text(url.begin(), url.end());
  text.push_back('\0');  // parsed in place
  amqp_connection_info parsed{};
  if (amqp_parse_url(text.data(), &parsed) != AMQP_STATUS_OK) {
    throw std::invalid_argument("the broker's URL is not like amqp://user:password@host:5672/vhost");
  }
  const std::string vhost = parsed.vhost;
  return {parsed.user, parsed.password, parsed.host, parsed.port, vhost.empty() ? "/" : vhost};
}

BrokerConnection::BrokerConnection(const BrokerOptions& options, const std::string& name)
    : owned_(amqp_new_connection(), amqp_destroy_connection), state_(owned_.get()) {
  if (!state_) throw std::bad_alloc();
  const BrokerUrl url = parse_broker_url(options.url);
  connect(url, options.timeout);
  login(url, name);
  amqp_channel_open(state_, CHANNEL);
  check_reply("opening a channel");
  well_ = true;
}

BrokerConnection::~BrokerConnection() {
  if (!well_) return;
  const timeval brief = time_of(std::chrono::milliseconds(500));
  amqp_set_rpc_timeout(state_, &brief);
  amqp_connection_close(state_, AMQP_REPLY_SUCCESS);
}

void BrokerConnection::connect(const BrokerUrl& url, std::chrono::milliseconds timeout) {
  amqp_socket_t* socket = amqp_tcp_socket_new(state_);
  if (!socket) throw std::bad_alloc();
  const timeval limit = time_of(timeout);
  check(amqp_socket_open_noblock(socket, url.host.c_str(), url.port, &limit), "connecting");
  // librabbitmq has no limit for sending; a broker that stops reading (an alarm) or vanishes must not block
  // us for ever.
  const unsigned int milliseconds = static_cast<unsigned int>(2 * timeout.count());
  ::setsockopt(amqp_get_sockfd(state_), IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, sizeof milliseconds);
  check(amqp_set_handshake_timeout(state_, &limit), "setting a timeout");
  check(amqp_set_rpc_timeout(state_, &limit), "setting a timeout");
}

void BrokerConnection::login(const BrokerUrl& url, const std::string& name) {
  // Without this capability the broker does not report that the consumed queue was deleted.
  amqp_table_entry_t cancel_notify{bytes("consumer_cancel_notify"), {}};
  cancel_notify.value.kind = AMQP_FIELD_KIND_BOOLEAN;
  cancel_notify.value.value.boolean = true;
  amqp_table_entry_t capabilities{bytes("capabilities"), {}};
  capabilities.value.kind = AMQP_FIELD_KIND_TABLE;
  capabilities.value.value.table = {1, &cancel_notify};
  std::array<amqp_table_entry_t, 2> properties{argument("connection_name", name.c_str()), capabilities};
  const amqp_table_t table{static_cast<int>(properties.size()), properties.data()};
  constexpr int any_channels = 0;
  constexpr int frame_max = 131072;
  const auto reply =
      amqp_login_with_properties(state_, url.vhost.c_str(), any_channels, frame_max, HEARTBEAT_S, &table,
                                 AMQP_SASL_METHOD_PLAIN, url.user.c_str(), url.password.c_str());
  check_reply(reply, "logging in");
}

int BrokerConnection::socket() const { return amqp_get_sockfd(state_); }

bool BrokerConnection::buffered() const {
  return amqp_frames_enqueued(state_) || amqp_data_in_buffer(state_);
}

bool BrokerConnection::next_frame(amqp_frame_t& frame, std::chrono::milliseconds wait) {
  amqp_maybe_release_buffers(state_);
  const timeval limit = time_of(wait);
  const int status = amqp_simple_wait_frame_noblock(state_, &frame, &limit);
  if (status == AMQP_STATUS_TIMEOUT) return false;
  check(status, "reading");
  if (frame.frame_type == AMQP_FRAME_METHOD && (frame.payload.method.id == AMQP_CHANNEL_CLOSE_METHOD ||
                                                frame.payload.method.id == AMQP_CONNECTION_CLOSE_METHOD)) {
    amqp_rpc_reply_t reply{};
    reply.reply_type = AMQP_RESPONSE_SERVER_EXCEPTION;
    reply.reply = frame.payload.method;
    check_reply(reply, "reading");
  }
  return true;
}

void BrokerConnection::send_heartbeat() {
  amqp_frame_t frame{};
  frame.frame_type = AMQP_FRAME_HEARTBEAT;
  check(amqp_send_frame(state_, &frame), "sending a heartbeat");
}

void BrokerConnection::cork(bool on) {
  const int value = on ? 1 : 0;
  ::setsockopt(amqp_get_sockfd(state_), IPPROTO_TCP, TCP_CORK, &value, sizeof value);
}

void BrokerConnection::declare_exchange(const std::string& name, const char* type, bool passive) {
  amqp_exchange_declare(state_, CHANNEL, bytes(name), bytes(type), passive, true, false, false, NO_ARGUMENTS);
  check_reply("declaring an exchange");
}

void BrokerConnection::declare_queue(const std::string& name, std::vector<amqp_table_entry_t> arguments,
                                     bool passive) {
  const amqp_table_t table{static_cast<int>(arguments.size()), arguments.data()};
  amqp_queue_declare(state_, CHANNEL, bytes(name), passive, true, false, false, table);
  check_reply("declaring a queue");
}

void BrokerConnection::bind(const std::string& queue, const std::string& exchange,
                            const std::string& routing_key) {
  amqp_queue_bind(state_, CHANNEL, bytes(queue), bytes(exchange), bytes(routing_key), NO_ARGUMENTS);
  check_reply("binding a queue");
}

void BrokerConnection::check(int status, const char* doing) {
  if (status == AMQP_STATUS_OK) return;
  well_ = false;
  throw BrokerError(std::string(doing) + ": " + amqp_error_string2(status));
}

void BrokerConnection::check_reply(const amqp_rpc_reply_t& reply, const char* doing) {
  if (reply.reply_type == AMQP_RESPONSE_NORMAL) return;
  well_ = false;
  const std::string before = std::string(doing) + ": ";
  if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION) {
    throw BrokerError(before + amqp_error_string2(reply.library_error));
  }
  if (reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD) {
    const auto* close = static_cast<const amqp_channel_close_t*>(reply.reply.decoded);
    throw BrokerError(before + std::string(view(close->reply_text)), close->reply_code);
  }
  if (reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD) {
    const auto* close = static_cast<const amqp_connection_close_t*>(reply.reply.decoded);
    throw BrokerError(before + std::string(view(close->reply_text)), close->reply_code);
  }
  throw BrokerError(before + "an unexpected reply");
}

amqp_table_entry_t argument(const char* key, const char* text) {
  amqp_table_entry_t entry{bytes(key), {}};
  entry.value.kind = AMQP_FIELD_KIND_UTF8;
  entry.value.value.bytes = bytes(text);
  return entry;
}

amqp_table_entry_t argument(const char* key, std::int64_t number) {
  amqp_table_entry_t entry{bytes(key), {}};
  entry.value.kind = AMQP_FIELD_KIND_I64;
  entry.value.value.i64 = number;
  return entry;
}

}  // namespace kit::messaging
