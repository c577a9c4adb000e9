#pragma once
#include "services/kit/http/wire/connection.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace Pistache::Http {
class Endpoint;
}

namespace kit::http {

/// Listens, accepts and reads with Pistache, which only this folder includes.
class PistacheListener {
 public:
  /// The owner of the connections. Called on reactor threads.
  class Clients {
   public:
    virtual ~Clients() = default;
    /// Returns null to refuse the client.
    virtual std::shared_ptr<Connection> opened(int fd, std::string address) = 0;
  };

  /// Binds and starts; throws std::runtime_error when the port is taken. `clients` must outlive the listener.
  PistacheListener(const std::string& address, int port, int reactors, Clients& clients);
  /// Stops accepting and reading; waits for the threads.
  ~PistacheListener();
  PistacheListener(const PistacheListener&) = delete;
  PistacheListener& operator=(const PistacheListener&) = delete;

  std::uint16_t port() const;

 private:
  std::unique_ptr<Pistache::Http::Endpoint> endpoint_;
};

}  // namespace kit::http
