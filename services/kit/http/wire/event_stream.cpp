#include "services/kit/http/wire/connection.hpp"
#include "services/kit/http/wire/response_wire.hpp"

#include <utility>

// Server-sent events on a connection.
namespace kit::http {
namespace {

/// Output buffered for a slow client; past it the client is disconnected and reconnects with Last-Event-ID.
constexpr std::size_t max_backlog = 256 * 1024;

}  // namespace

class Connection::Stream : public EventStream {
 public:
  explicit Stream(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
  ~Stream() override { connection_->stream_end(); }

  bool send(std::string_view event, std::string_view data, std::string_view id) override {
    return connection_->stream_write(event_to_wire(event, data, id));
  }
  bool open() const override {
    const Lock lock(connection_->lock_);
    return connection_->state_ == State::Streaming;
  }
  void close() override { connection_->stream_end(); }

 private:
  const std::shared_ptr<Connection> connection_;
};

std::shared_ptr<EventStream> Connection::stream(std::string_view head) {
  const Lock lock(lock_);
  const auto pending = std::move(pending_);
  if (state_ == State::Busy) {
    enter(State::Streaming);
    stream_began_ = since_;
    keep_ = false;
    if (closing_ || hung_up_)
      linger();
    else
      write(head);
  }
  return std::make_shared<Stream>(shared_from_this());
}

bool Connection::stream_write(std::string_view bytes) {
  const Lock lock(lock_);
  if (state_ != State::Streaming) return false;
  if (out_.size() + bytes.size() > max_backlog) {
    cut();
    return false;
  }
  if (out_.empty()) since_ = Clock::now();
  return write(bytes);
}

void Connection::stream_end() {
  const Lock lock(lock_);
  if (state_ != State::Streaming) return;
  if (out_.empty())
    linger();
  else
    enter(State::Sending);
}

}  // namespace kit::http
