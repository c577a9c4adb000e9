#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kit::messaging {

class BrokerConnection;
struct BrokerOptions;

/// A queue that a service of the shop reads, and the types of event that it is for.
struct Reader {
  std::string queue;
  std::vector<std::string> types;
};

/// True when somebody must get events of the type.
bool must_be_read(const std::vector<Reader>& readers, std::string_view type);

/// The queue, its dead-letter queue and the exchanges, durable. Throws BrokerError (406: it is there, and
/// different).
void declare_queues(BrokerConnection& connection, const std::string& exchange, const std::string& queue,
                    int delivery_limit);

/// All queues of the readers with their bindings; one that is there with other arguments stays as it is.
/// Connects by itself. Throws BrokerError.
void declare_readers(const BrokerOptions& broker, const std::vector<Reader>& readers);

}  // namespace kit::messaging
