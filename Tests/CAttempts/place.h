/* What the files here share. */
#ifndef PLACE_H
#define PLACE_H

typedef int (*attempt_function)(void); /* 0, or -1 and errno */
struct attempt {
    const char *name;
    attempt_function run;
};

extern const struct attempt kernel_attempts[], file_attempts[], daily_attempts[]; /* each ends with a name of NULL */

/* A path below the directory, until the next but three. */
const char *at(const char *name);

#endif
