/*
 * as-service listen PATH USER PROGRAM ARGUMENT...
 * as-service user USER[,GROUP...] PROGRAM ARGUMENT...
 * Starts a program as systemd does, where there is none: with a socket of whole messages that listens at PATH for USER
 * alone, as descriptor 3 (ListenSequentialPacket=, SocketUser=, SocketMode=0600); or as USER in these groups (User=,
 * SupplementaryGroups=). Users and groups are numbers.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { PASSED = 3, MOST_GROUPS = 16 };

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static int listen_at(const char *path, uid_t user)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	unlink(path);
	if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address))
		return fail(path);
	if (chown(path, user, 0) || chmod(path, 0600) || listen(listener, 16))
		return fail(path);
	if (listener == PASSED)
		return 0;
	if (dup2(listener, PASSED) < 0)
		return fail("dup2");
	close(listener);
	return 0;
}

static int become(char *list)
{
	gid_t groups[MOST_GROUPS];
	size_t count = 0;
	uid_t user = strtoul(strtok(list, ","), NULL, 10);

	for (char *group; count < MOST_GROUPS && (group = strtok(NULL, ",")); count++)
		groups[count] = strtoul(group, NULL, 10);
	if (setgroups(count, groups) || setresgid(user, user, user) || setresuid(user, user, user))
		return fail("become");
	return 0;
}

int main(int count, char **argument)
{
	char **program = NULL;

	if (count > 4 && !strcmp(argument[1], "listen")) {
		if (listen_at(argument[2], strtoul(argument[3], NULL, 10)))
			return 1;
		program = argument + 4;
	} else if (count > 3 && !strcmp(argument[1], "user")) {
		if (become(argument[2]))
			return 1;
		program = argument + 3;
	} else {
		fprintf(stderr, "as-service listen PATH USER PROGRAM..., or as-service user USER[,GROUP...] PROGRAM...\n");
		return 2;
	}
	execvp(*program, program);
	return fail(*program);
}
