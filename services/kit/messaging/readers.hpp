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

/// All of them: an event of a type that is in here counts as published only when it is in a queue. Other
/// types may go nowhere. Who publishes declares these queues, so that nothing is lost before their readers
/// come for the first time, or after the broker has lost its disk. A consumer binds its queue by itself, too:
/// what is not in here is lost while the queue is not there.
const std::vector<Reader>& readers();

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
