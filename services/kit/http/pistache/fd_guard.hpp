#pragma once

/// Parts of the interposed accept and accept4 (fd_guard.cpp), for their tests and the adapter. The interposed
/// functions take effect by being linked into the program.
namespace kit::http::guard {

/// The descriptor numbers of accepted sockets: [begin, end).
struct Window {
  int begin;
  int end;
};

/// This process's window. The first call raises the soft limit of open files.
Window window();

/// Moves the socket to the next number of the window and closes `client`; returns `client` when the window is
/// full.
int move_into(Window window, int client, bool close_on_exec);

}  // namespace kit::http::guard
