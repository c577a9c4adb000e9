#pragma once
#include "services/kit/http/message/message.hpp"

#include <string>

namespace kit::http {

/// How a response goes onto the wire.
struct Framing {
  bool keep_alive = true;  ///< else "Connection: close"
  bool head_only = false;  ///< the answer to HEAD: the length of the body, but not the body
};

/// The bytes of a response, with the headers that every answer has (Content-Length, Date, Connection,
/// X-Content-Type-Options). Control characters in header values become spaces, so that no value can start a
/// header of its own.
std::string to_wire(const Response& response, const Framing& framing);

/// The head of a response that ends with its connection.
std::string stream_head_to_wire(const Response& response);

/// One server-sent event; `data` may have several lines.
std::string event_to_wire(std::string_view event, std::string_view data, std::string_view id);

}  // namespace kit::http
