#include "services/kit/messaging/delivery_batch.hpp"

namespace kit::messaging {

void DeliveryBatch::add(std::uint64_t tag, int failures, Event event) {
  events_.push_back(std::move(event));
  tags_.push_back(tag);
  failures_.push_back(failures);
}

}  // namespace kit::messaging
